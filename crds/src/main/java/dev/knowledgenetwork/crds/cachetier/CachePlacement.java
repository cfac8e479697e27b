package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Toleration;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/** On which nodes the cache runs. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CachePlacement(
    @JsonPropertyDescription("Labels that a node must have.") @Size(max = 20)
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription("Taints that the pod tolerates.") @Size(max = 20)
        List<Toleration> tolerations) {

  public CachePlacement {
    nodeSelector = Map.copyOf(requireNonNullElse(nodeSelector, Map.of()));
    tolerations = List.copyOf(requireNonNullElse(tolerations, List.of()));
  }

  /** Any node. */
  public static CachePlacement anywhere() {
    return new CachePlacement(Map.of(), List.of());
  }
}
