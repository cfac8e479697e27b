package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On which nodes pods run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Placement(
    @JsonPropertyDescription("Labels that a node must have.") @Size(max = 20)
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription("Taints that the pods tolerate.") @Size(max = 20)
        List<Toleration> tolerations,
    @JsonPropertyDescription(
            "Whether two instances of a database or a cache may share a node. Required: never."
                + " Preferred: only if there is no other. Absent: Required, in profile Development"
                + " Preferred. All other pods prefer different nodes.")
        @Nullable AntiAffinity antiAffinity,
    @JsonPropertyDescription(
            "How the pods of each group spread over parts of the cluster; absent: over zones, if"
                + " possible.")
        @Size(max = 8)
        List<TopologySpread> topologySpread) {

  public Placement {
    nodeSelector = Map.copyOf(requireNonNullElse(nodeSelector, Map.of()));
    tolerations = List.copyOf(requireNonNullElse(tolerations, List.of()));
    topologySpread = List.copyOf(requireNonNullElse(topologySpread, List.of()));
  }

  /** Any node. */
  public static Placement anywhere() {
    return new Placement(Map.of(), List.of(), null, List.of());
  }
}
