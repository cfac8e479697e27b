package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Lets pods run on nodes with a matching taint. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self.operator == 'Exists' ? !has(self.value) : has(self.key)",
    message =
        "a toleration with operator Exists has no value, one with operator " + "Equal has a key")
public record Toleration(
    @JsonPropertyDescription("Key of the taint; absent with operator Exists: every taint.")
        @Size(max = 316)
        @Nullable String key,
    @JsonPropertyDescription("Equal compares the value, Exists does not.") @Default("Equal")
        Operator operator,
    @JsonPropertyDescription("Value of the taint, with operator Equal.") @Size(max = 63)
        @Nullable String value,
    @JsonPropertyDescription("Effect of the taint; absent: all effects.") @Nullable Effect effect,
    @JsonPropertyDescription(
            "With effect NoExecute: how long a pod stays, in seconds; absent: " + "for ever.")
        @Min(0)
        @Nullable Long tolerationSeconds) {

  public Toleration {
    operator = requireNonNullElse(operator, Operator.EQUAL);
  }

  /** How a toleration compares. */
  public enum Operator {
    @JsonProperty("Equal")
    EQUAL,
    @JsonProperty("Exists")
    EXISTS
  }

  /** What a taint does. */
  public enum Effect {
    @JsonProperty("NoSchedule")
    NO_SCHEDULE,
    @JsonProperty("PreferNoSchedule")
    PREFER_NO_SCHEDULE,
    @JsonProperty("NoExecute")
    NO_EXECUTE
  }
}
