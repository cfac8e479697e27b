package dev.knowledgenetwork.crds.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A variable of the application's environment that the operator does not set itself. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.value) != has(self.valueFrom)",
    message = "an entry of env has either value or valueFrom")
@ValidationRule(
    value = "!self.name.matches('" + EnvVariable.RESERVED + "')",
    message = EnvVariable.RESERVED_MESSAGE)
public record EnvVariable(
    @JsonPropertyDescription("Name of the variable.")
        @Required
        @Pattern(EnvVariable.NAME)
        @Size(min = 1, max = 128)
        String name,
    @JsonPropertyDescription("Value, where it is no secret.") @Size(max = 4096)
        @Nullable String value,
    @JsonPropertyDescription("Where the value comes from.") @Nullable EnvSource valueFrom) {

  /** What a name looks like. */
  public static final String NAME = "^[A-Za-z_][A-Za-z0-9_]*$";

  /** Names that the operator or the image decides on. */
  public static final String RESERVED =
      "^(KN_|POD_NAME$|QUARKUS_(HTTP|MANAGEMENT|SHUTDOWN|SMALLRYE_HEALTH)_)";

  /** What is said of such a name. */
  public static final String RESERVED_MESSAGE =
      "env must not set POD_NAME, KN_*, QUARKUS_HTTP_*, QUARKUS_MANAGEMENT_*, QUARKUS_SHUTDOWN_* or"
          + " QUARKUS_SMALLRYE_HEALTH_*: the operator sets these itself";
}
