package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/** On which nodes pods run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Placement(
    @JsonPropertyDescription("Labels that a node must have.") @Size(max = 20)
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription("Taints that the pods tolerate.") @Size(max = 20)
        List<Toleration> tolerations,
    @JsonPropertyDescription(
            "Required: no two instances of a group on one node. Preferred: if " + "possible.")
        @Default("Required")
        AntiAffinity antiAffinity) {

  public Placement {
    nodeSelector = Map.copyOf(requireNonNullElse(nodeSelector, Map.of()));
    tolerations = List.copyOf(requireNonNullElse(tolerations, List.of()));
    antiAffinity = requireNonNullElse(antiAffinity, AntiAffinity.REQUIRED);
  }

  /** Any node, instances on different ones. */
  public static Placement anywhere() {
    return new Placement(Map.of(), List.of(), AntiAffinity.REQUIRED);
  }
}
