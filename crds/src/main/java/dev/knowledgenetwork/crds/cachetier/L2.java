package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.ImageName;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.common.Unsaid;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The cache that all pods share. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.external) || (!has(self.memory) && !has(self.evictionPolicy) &&"
            + " !has(self.image) && !has(self.resources))",
    message =
        "l2.memory, l2.evictionPolicy, l2.image and l2.resources cannot be set with l2.external:"
            + " set them at the external cache")
@ValidationRule(
    value =
        "!has(self.memory) || (quantity(string(self.memory)).compareTo(quantity('16Mi')) >= 0 &&"
            + " quantity(string(self.memory)).compareTo(quantity('1Ti')) <= 0)",
    message = "l2.memory must be at least 16Mi and at most 1Ti")
@ValidationRule(
    value =
        "!has(self.resources) || !has(self.resources.limits) || !('memory' in"
            + " self.resources.limits) ||"
            + " quantity(string(self.resources.limits['memory'])).isGreaterThan("
            + "quantity(has(self.memory) ? string(self.memory) : '256Mi'))",
    message =
        "l2.resources.limits.memory must be greater than l2.memory: connections and the program"
            + " need room beside the data")
public record L2(
    @JsonPropertyDescription("Engine.") @Default("Valkey") CacheEngine engine,
    @JsonPropertyDescription("Layout of the engine.") @Default("Standalone") CacheMode mode,
    @JsonPropertyDescription("Memory for data. Absent: 256Mi. Not with external.")
        @Nullable Quantity memory,
    @JsonPropertyDescription(
            "What is dropped when memory is full. Absent: allkeys-lru. Not " + "with external.")
        @Nullable EvictionPolicy evictionPolicy,
    @JsonPropertyDescription("Image of Valkey; absent: the operator's. Not with external.")
        @Pattern(ImageName.PATTERN)
        @Size(max = ImageName.LENGTH)
        @Nullable String image,
    @JsonPropertyDescription(
            "What the container gets; absent: 25m and 1 CPU, and one and a half times the memory"
                + " for data and 32Mi. Not with external.")
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Resources resources,
    @JsonPropertyDescription("Use this cache instead of running one.")
        @Nullable ExternalCache external) {

  /**
   * Fills in what is absent. {@code memory} and {@code evictionPolicy} are null only with {@code
   * external}, whose memory is not the operator's to set.
   */
  public L2 {
    engine = requireNonNullElse(engine, CacheEngine.VALKEY);
    mode = requireNonNullElse(mode, CacheMode.STANDALONE);
    resources = requireNonNullElseGet(resources, Resources::none);
    if (external == null) {
      memory = requireNonNullElseGet(memory, () -> new Quantity("256Mi"));
      evictionPolicy = requireNonNullElse(evictionPolicy, EvictionPolicy.ALLKEYS_LRU);
    }
  }

  /** A Valkey of 256Mi. */
  public static L2 defaults() {
    return new L2(
        CacheEngine.VALKEY, CacheMode.STANDALONE, null, null, null, Resources.none(), null);
  }
}
