package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One shard. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ShardState(
    @JsonPropertyDescription("Name of the shard: s0, s1, ...") @Required @Size(min = 1, max = 8)
        String name,
    @JsonPropertyDescription("Pod of the primary, where there is one.") @Size(max = 63)
        @Nullable String primary,
    @JsonPropertyDescription(
            "Pod of the primary, while there is none that of the last one: its volume has the newest"
                + " data.")
        @Size(max = 63)
        @Nullable String lastPrimary,
    @JsonPropertyDescription("Instances that are wanted.") @Min(0) Integer instances,
    @JsonPropertyDescription("Instances that serve.") @Min(0) Integer readyInstances,
    @JsonPropertyDescription("Buckets that the shard owns.") @Min(0) Integer buckets,
    @JsonPropertyDescription("Each instance.") @Size(max = 5) List<InstanceState> members) {

  public ShardState {
    instances = requireNonNullElse(instances, 0);
    readyInstances = requireNonNullElse(readyInstances, 0);
    buckets = requireNonNullElse(buckets, 0);
    members = List.copyOf(requireNonNullElse(members, List.of()));
  }
}
