package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One aspect of an object's state, shaped like {@code metav1.Condition}. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @JsonPropertyDescription("Name of the aspect.") @Required @Size(min = 1, max = 63) String type,
    @JsonPropertyDescription("Whether it holds.") @Required ConditionStatus status,
    @JsonPropertyDescription("Why, as one CamelCase word.") @Required @Size(min = 1, max = 63)
        String reason,
    @JsonPropertyDescription("Why, for a person, and what to do next.") @Size(max = 1024)
        String message,
    @JsonPropertyDescription("When the status last changed (RFC 3339).") @Required @Size(max = 40)
        String lastTransitionTime,
    @JsonPropertyDescription("The generation of the spec that this was said of.") @Min(0)
        @Nullable Long observedGeneration) {

  public Condition {
    message = requireNonNullElse(message, "");
  }
}
