package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The cache that all pods share. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.external) || (!has(self.memory) && " + "!has(self.evictionPolicy))",
    message =
        "l2.memory and l2.evictionPolicy cannot be set with l2.external: "
            + "set them at the external cache")
@ValidationRule(
    value =
        "!has(self.memory) || " + "quantity(string(self.memory)).compareTo(quantity('16Mi')) >= 0",
    message = "l2.memory must be at least 16Mi")
public record L2(
    @JsonPropertyDescription("Engine.") @Default("Valkey") CacheEngine engine,
    @JsonPropertyDescription("Layout of the engine.") @Default("Standalone") CacheMode mode,
    @JsonPropertyDescription("Memory for data. Absent: 256Mi. Not with external.")
        @Nullable Quantity memory,
    @JsonPropertyDescription(
            "What is dropped when memory is full. Absent: allkeys-lru. Not " + "with external.")
        @Nullable EvictionPolicy evictionPolicy,
    @JsonPropertyDescription("Use this cache instead of running one.")
        @Nullable ExternalCache external) {

  /**
   * Fills in what is absent. {@code memory} and {@code evictionPolicy} are null only with {@code
   * external}, whose memory is not the operator's to set.
   */
  public L2 {
    engine = requireNonNullElse(engine, CacheEngine.VALKEY);
    mode = requireNonNullElse(mode, CacheMode.STANDALONE);
    if (external == null) {
      memory = requireNonNullElseGet(memory, () -> new Quantity("256Mi"));
      evictionPolicy = requireNonNullElse(evictionPolicy, EvictionPolicy.ALLKEYS_LRU);
    }
  }

  /** A Valkey of 256Mi. */
  public static L2 defaults() {
    return new L2(CacheEngine.VALKEY, CacheMode.STANDALONE, null, null, null);
  }
}
