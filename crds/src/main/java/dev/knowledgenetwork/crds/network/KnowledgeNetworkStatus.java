package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.OperationState;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a KnowledgeNetwork is. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record KnowledgeNetworkStatus(
    @JsonPropertyDescription("The generation of the spec that this status describes.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Ready, Reconciling, Stalled, Degraded, ShardsReady, CacheReady, "
                + "SchemaCurrent, WorkloadReady, DependencyMissing.")
        @Size(max = 16)
        List<Condition> conditions,
    @JsonPropertyDescription("The sizes in force of what the spec does not say.")
        @Nullable ProfileState profile,
    @JsonPropertyDescription("The ShardSet in use.") @Size(max = 63) @Nullable String shardSet,
    @JsonPropertyDescription("The CacheTier in use.") @Size(max = 63) @Nullable String cacheTier,
    @JsonPropertyDescription("The schema of the application.") @Nullable SchemaState schema,
    @JsonPropertyDescription("How users reach the platform.") @Nullable NetworkBinding binding,
    @JsonPropertyDescription("Work that goes on, and results of what was asked for.")
        @Size(max = 256)
        List<OperationState> operations)
    implements Conditioned {

  public KnowledgeNetworkStatus {
    operations = List.copyOf(requireNonNullElse(operations, List.of()));
    conditions = List.copyOf(requireNonNullElse(conditions, List.of()));
  }

  /** The same with other conditions and operations. */
  public KnowledgeNetworkStatus with(List<Condition> conditions, List<OperationState> operations) {
    return new KnowledgeNetworkStatus(
        observedGeneration, conditions, profile, shardSet, cacheTier, schema, binding, operations);
  }

  /** Nothing known yet. */
  public static KnowledgeNetworkStatus empty() {
    return new KnowledgeNetworkStatus(null, List.of(), null, null, null, null, null, List.of());
  }
}
