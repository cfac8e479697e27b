package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** How the pods of one group spread over parts of the cluster; the operator adds the selector. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TopologySpread(
    @JsonPropertyDescription("By how many pods the parts may differ.")
        @Default("1")
        @Min(1)
        @Max(100)
        Integer maxSkew,
    @JsonPropertyDescription("Label of nodes whose values are the parts, as a zone.")
        @Required
        @Pattern(PodOptions.KEY)
        @Size(min = 1, max = 316)
        String topologyKey,
    @JsonPropertyDescription(
            "ScheduleAnyway: if possible. DoNotSchedule: a pod waits until it fits.")
        @Default("ScheduleAnyway")
        WhenUnsatisfiable whenUnsatisfiable) {

  public TopologySpread {
    maxSkew = requireNonNullElse(maxSkew, 1);
    whenUnsatisfiable = requireNonNullElse(whenUnsatisfiable, WhenUnsatisfiable.SCHEDULE_ANYWAY);
  }

  /** What becomes of a pod that would break the rule. */
  public enum WhenUnsatisfiable {
    @JsonProperty("ScheduleAnyway")
    SCHEDULE_ANYWAY,
    @JsonProperty("DoNotSchedule")
    DO_NOT_SCHEDULE
  }
}
