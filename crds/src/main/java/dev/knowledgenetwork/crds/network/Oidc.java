package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.LocalReference;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        String jwksUri,
    @JsonPropertyDescription(
            "Ports that the API is let out to beside that of jwksUri. Where jwksUri names a"
                + " Service, network policies see the ports of its pods.")
        @Size(max = 8)
        List<@Min(1) @Max(65535) Integer> ports,
    @JsonPropertyDescription(
            "Secret of the same namespace whose key ca.crt holds the authority of the issuer's"
                + " certificate; absent: one that is publicly known.")
        @Nullable LocalReference caSecretRef) {

  /** An https URL without spaces and without a user. */
  public static final String HTTPS_URL =
      "^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[^\\s]*)?$";

  public Oidc {
    audience = requireNonNullElse(audience, "knowledge-network");
    ports = List.copyOf(requireNonNullElse(ports, List.of()));
  }
}
