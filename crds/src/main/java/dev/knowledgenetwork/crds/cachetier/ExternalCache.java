package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.LocalReference;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A Redis or Valkey that the operator does not run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ExternalCache(
    @JsonPropertyDescription("Addresses as host:port.") @Required @Size(min = 1, max = 16)
        List<@Pattern(ExternalCache.ENDPOINT) @Size(max = 260) String> endpoints,
    @JsonPropertyDescription("Whether connections use TLS.") @Default("true") Boolean tls,
    @JsonPropertyDescription(
            "Secret with the keys username, password and, with TLS, ca.crt, and with the label"
                + " knowledgenetwork.dev/cache-login=true: else what it holds is sent nowhere.")
        @Required
        LocalReference secretRef) {

  /** What an endpoint looks like: a DNS name or IPv4 address, a colon, a port. */
  public static final String ENDPOINT = "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?:[1-9][0-9]{0,4}$";

  public ExternalCache {
    endpoints = List.copyOf(requireNonNullElse(endpoints, List.of()));
    tls = requireNonNullElse(tls, true);
  }
}
