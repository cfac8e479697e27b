package dev.knowledgenetwork.crds.shardset;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One PostgreSQL instance. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstanceState(
    @JsonPropertyDescription("Name of the pod.") @Required @Size(min = 1, max = 63) String name,
    @JsonPropertyDescription("Its part in the shard.") @Required InstanceRole role,
    @JsonPropertyDescription("Whether it serves.") @Required Boolean ready) {}
