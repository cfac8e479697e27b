package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The application's schema. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SchemaState(
    @JsonPropertyDescription("Job of the latest migration.") @Size(max = 63) @Nullable String job,
    @JsonPropertyDescription("Image whose migrations are complete on every shard.") @Size(max = 512)
        @Nullable String image) {}
