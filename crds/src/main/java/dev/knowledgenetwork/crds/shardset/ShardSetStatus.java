package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a ShardSet is. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ShardSetStatus(
    @JsonPropertyDescription("The generation of the spec that this status describes.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Ready, Reconciling, Stalled, Degraded, TopologyStable.")
        @Size(max = 16)
        List<Condition> conditions,
    @JsonPropertyDescription("Identity of the data; volumes and Secrets carry it too.")
        @Size(max = 36)
        @Nullable String clusterId,
    @JsonPropertyDescription("Epoch of the published topology.") @Min(0) @Nullable Long epoch,
    @JsonPropertyDescription("Number of shards in being.") @Min(0) @StatusReplicas
        @Nullable Integer shards,
    @JsonPropertyDescription("Label selector of the PostgreSQL pods.")
        @Size(max = 512)
        @LabelSelector
        @Nullable String selector,
    @JsonPropertyDescription("Shards that take writes.") @Min(0) @Nullable Integer readyShards,
    @JsonPropertyDescription("Ready instances of all instances, as in 5/6.") @Size(max = 16)
        @Nullable String instances,
    @JsonPropertyDescription("Each shard.") @Size(max = 64) List<ShardState> shardStates,
    @JsonPropertyDescription("What an application mounts.") @Nullable ShardSetBinding binding)
    implements Conditioned {

  public ShardSetStatus {
    conditions = List.copyOf(requireNonNullElse(conditions, List.of()));
    shardStates = List.copyOf(requireNonNullElse(shardStates, List.of()));
  }

  /** Nothing known yet. */
  public static ShardSetStatus empty() {
    return new ShardSetStatus(null, List.of(), null, null, null, null, null, null, List.of(), null);
  }
}
