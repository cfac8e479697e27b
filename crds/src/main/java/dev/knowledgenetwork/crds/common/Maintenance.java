package dev.knowledgenetwork.crds.common;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** When the operator may do of itself what restarts pods. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Maintenance(
    @JsonPropertyDescription(
            "Times in which an available update is applied by itself; absent: only when the"
                + " annotation knowledgenetwork.dev/update asks for it.")
        @Nullable MaintenanceWindow window) {

  /** Description of the field in the spec of each kind. */
  public static final String DESCRIPTION =
      "When updates that come with another version of the operator or with other default images"
          + " are applied by themselves.";

  /** Never. */
  public static Maintenance none() {
    return new Maintenance(null);
  }
}
