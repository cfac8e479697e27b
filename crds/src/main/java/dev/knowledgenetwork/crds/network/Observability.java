package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** How the platform is watched. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Observability(
    @JsonPropertyDescription("Make a ServiceMonitor for the Prometheus operator.") @Default("false")
        Boolean serviceMonitor) {

  public Observability {
    serviceMonitor = requireNonNullElse(serviceMonitor, false);
  }
}
