package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.OperationState;
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
    @JsonPropertyDescription(
            "Ready, Reconciling, Stalled, Degraded, TopologyStable, StorageOK, MemoryOK.")
        @Size(max = 16)
        List<Condition> conditions,
    @JsonPropertyDescription("Identity of the data; volumes and Secrets carry it too.")
        @Size(max = 36)
        @Nullable String clusterId,
    @JsonPropertyDescription("Epoch of the published topology.") @Min(0) @Nullable Long epoch,
    @JsonPropertyDescription("Number of shards in being.") @Min(0) @StatusReplicas
        @Nullable Integer shardCount,
    @JsonPropertyDescription(
            "Label selector of the primaries' pods: one a shard, so that an autoscaler, which"
                + " divides by their number, counts shards and not instances.")
        @Size(max = 512)
        @LabelSelector
        @Nullable String selector,
    @JsonPropertyDescription("Shards that take writes.") @Min(0) @Nullable Integer readyShards,
    @JsonPropertyDescription("Instances of all shards together that are wanted.") @Min(0)
        @Nullable Integer instances,
    @JsonPropertyDescription("Instances of all shards together that serve.") @Min(0)
        @Nullable Integer readyInstances,
    @JsonPropertyDescription("Each shard.") @Size(max = 64) List<ShardState> shards,
    @JsonPropertyDescription("What an application mounts.") @Nullable ShardSetBinding binding,
    @JsonPropertyDescription("Work that goes on, and results of what was asked for.")
        @Size(max = 256)
        List<OperationState> operations)
    implements Conditioned {

  public ShardSetStatus {
    conditions = List.copyOf(requireNonNullElse(conditions, List.of()));
    operations = List.copyOf(requireNonNullElse(operations, List.of()));
    shards = List.copyOf(requireNonNullElse(shards, List.of()));
  }

  /** The same with other conditions and operations. */
  public ShardSetStatus with(List<Condition> conditions, List<OperationState> operations) {
    return new ShardSetStatus(
        observedGeneration,
        conditions,
        clusterId,
        epoch,
        shardCount,
        selector,
        readyShards,
        instances,
        readyInstances,
        shards,
        binding,
        operations);
  }

  /** Nothing known yet but these conditions. */
  public static ShardSetStatus accepted(@Nullable Long generation, List<Condition> conditions) {
    return new ShardSetStatus(
        generation,
        conditions,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        null,
        List.of());
  }

  /** Nothing known yet. */
  public static ShardSetStatus empty() {
    return accepted(null, List.of());
  }
}
