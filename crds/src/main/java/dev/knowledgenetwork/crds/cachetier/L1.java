package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Durations;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** The cache inside each application pod. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "quantity(string(self.maxSize)).isGreaterThan(quantity('0')) &&"
            + " quantity(string(self.maxSize)).compareTo(quantity('1Ti')) <= 0",
    message = "l1.maxSize must be greater than zero and at most 1Ti")
public record L1(
    @JsonPropertyDescription("Most entries.") @Default("10000") @Min(1) @Max(10000000)
        Integer maxEntries,
    @JsonPropertyDescription("Most memory, as a quantity.") @Default("64Mi") Quantity maxSize,
    @JsonPropertyDescription("How long an entry lives, as in 300s.")
        @Default("300s")
        @Pattern(Durations.PATTERN)
        @Size(max = 16)
        String ttl) {

  private static final Quantity SIZE = new Quantity("64Mi");

  public L1 {
    maxEntries = requireNonNullElse(maxEntries, 10_000);
    maxSize = requireNonNullElse(maxSize, SIZE);
    ttl = requireNonNullElse(ttl, "300s");
  }

  /** 10,000 entries, 64Mi, 300 s. */
  public static L1 defaults() {
    return new L1(10_000, SIZE, "300s");
  }
}
