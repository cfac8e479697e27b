package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** An OpenID Connect issuer. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Oidc(
    @JsonPropertyDescription("Value that the claim iss must have: an https URL.")
        @Required
        @Pattern(Oidc.HTTPS_URL)
        @Size(max = 512)
        String issuer,
    @JsonPropertyDescription("Value that the claim aud must hold.")
        @Default("knowledge-network")
        @Size(min = 1, max = 256)
        String audience,
    @JsonPropertyDescription("Where the issuer publishes its keys: an https URL.")
        @Required
        @Pattern(Oidc.HTTPS_URL)
        @Size(max = 512)
        String jwksUri) {

  /** An https URL without spaces and without a user. */
  public static final String HTTPS_URL =
      "^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[^\\s]*)?$";

  public Oidc {
    audience = requireNonNullElse(audience, "knowledge-network");
  }
}
