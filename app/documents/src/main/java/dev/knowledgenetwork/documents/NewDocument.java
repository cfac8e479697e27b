package dev.knowledgenetwork.documents;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Body of a creation; only its schema is used, {@link DocumentBodies} reads bodies. */
@Schema(name = "NewDocument", additionalProperties = Schema.False.class)
record NewDocument(
    @Schema(required = true, minLength = 1, maxLength = DocumentRules.TITLE_LENGTH) String title,
    @Schema(defaultValue = "", maxLength = DocumentRules.CONTENT_BYTES) String content,
    @Schema(defaultValue = "DRAFT") DocumentStatus status,
    @Schema(nullable = true, minLength = 1, maxLength = DocumentRules.COLLECTION_LENGTH)
        @Nullable String collection,
    @Schema(maxItems = DocumentRules.TAGS) List<String> tags) {}
