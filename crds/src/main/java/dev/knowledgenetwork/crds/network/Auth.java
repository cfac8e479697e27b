package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Whose tokens the API accepts. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.mode == 'Oidc') == has(self.oidc)",
    message =
        "security.auth.oidc is required with mode Oidc and refused with " + "every other mode")
public record Auth(
    @JsonPropertyDescription(
            "Development: tokens signed with a key that the operator made, in profile"
                + " Development only. Oidc: tokens of an issuer.")
        @Default("Development")
        AuthMode mode,
    @JsonPropertyDescription("The issuer, with mode Oidc.") @Nullable Oidc oidc) {

  public Auth {
    mode = requireNonNullElse(mode, AuthMode.DEVELOPMENT);
  }

  /** Tokens of the operator's own key. */
  public static Auth development() {
    return new Auth(AuthMode.DEVELOPMENT, null);
  }
}
