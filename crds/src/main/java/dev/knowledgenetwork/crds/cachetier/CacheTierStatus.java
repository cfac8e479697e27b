package dev.knowledgenetwork.crds.cachetier;

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

/** What a CacheTier is. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheTierStatus(
    @JsonPropertyDescription("The generation of the spec that this status describes.") @Min(0)
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Ready, Reconciling, Stalled, Degraded, MemoryOK.") @Size(max = 16)
        List<Condition> conditions,
    @JsonPropertyDescription("What an application mounts.") @Nullable CacheTierBinding binding,
    @JsonPropertyDescription("First address of the cache, as host:port.") @Size(max = 320)
        @Nullable String endpoint,
    @JsonPropertyDescription("Memory for data that is in force; absent for an external cache.")
        @Size(max = 32)
        @Nullable String memory,
    @JsonPropertyDescription("Work that goes on, and results of what was asked for.")
        @Size(max = 256)
        List<OperationState> operations)
    implements Conditioned {

  public CacheTierStatus {
    operations = List.copyOf(requireNonNullElse(operations, List.of()));
    conditions = List.copyOf(requireNonNullElse(conditions, List.of()));
  }

  /** The same with other conditions and operations. */
  public CacheTierStatus with(List<Condition> conditions, List<OperationState> operations) {
    return new CacheTierStatus(
        observedGeneration, conditions, binding, endpoint, memory, operations);
  }

  /** Nothing known yet. */
  public static CacheTierStatus empty() {
    return new CacheTierStatus(null, List.of(), null, null, null, List.of());
  }
}
