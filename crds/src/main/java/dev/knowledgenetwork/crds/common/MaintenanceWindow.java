package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Times that come back, in which available updates are applied. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = MaintenanceWindow.DURATION_RULE,
    message = "maintenance.window.duration is from 15m to 24h")
public record MaintenanceWindow(
    @JsonPropertyDescription(
            "When the window begins: five fields of cron (minute, hour, day of month, month, day of"
                + " week), in UTC, as in 0 3 * * SUN.")
        @Required
        @Pattern(MaintenanceWindow.SCHEDULE)
        @Size(max = 100)
        String schedule,
    @JsonPropertyDescription(
            "How long the window lasts, from 15m to 24h. What has begun by its end goes on.")
        @Default("1h")
        @Pattern(Durations.PATTERN)
        @Size(max = 16)
        String duration) {

  /** Five fields; whether each is sound only the operator can say. */
  public static final String SCHEDULE = "^\\S+( +\\S+){4}$";

  static final String DURATION_RULE =
      "self.duration.endsWith('d') ? self.duration == '1d' : duration(self.duration) >="
          + " duration('15m') && duration(self.duration) <= duration('24h')";

  /** An hour where the spec does not say. */
  public MaintenanceWindow {
    schedule = requireNonNullElse(schedule, "");
    duration = requireNonNullElse(duration, "1h");
  }
}
