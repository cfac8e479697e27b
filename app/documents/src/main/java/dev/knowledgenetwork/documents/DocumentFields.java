package dev.knowledgenetwork.documents;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a merge patch may change; only its schema is used, {@link DocumentBodies} reads bodies. */
@Schema(name = "DocumentPatch", additionalProperties = Schema.False.class)
record DocumentFields(
    @Schema(minLength = 1, maxLength = DocumentRules.TITLE_LENGTH) String title,
    @Schema(maxLength = DocumentRules.CONTENT_BYTES) String content,
    DocumentStatus status,
    @Schema(nullable = true, minLength = 1, maxLength = DocumentRules.COLLECTION_LENGTH)
        @Nullable String collection,
    @Schema(maxItems = DocumentRules.TAGS) List<String> tags) {}
