package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** What a container is given; amounts as Kubernetes quantities. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.requests) ? self.requests : {}, has(self.limits) ? "
            + "self.limits : {}].all(m, m.all(k, k in ['cpu', 'memory', "
            + "'ephemeral-storage']))",
    message = "resources hold cpu, memory and ephemeral-storage only")
@ValidationRule(
    value =
        "[has(self.requests) ? self.requests : {}, has(self.limits) ? "
            + "self.limits : {}].all(m, m.all(k, "
            + "quantity(string(m[k])).isGreaterThan(quantity('0'))))",
    message = "requests and limits must be greater than zero")
@ValidationRule(
    value =
        "(!has(self.requests) || !('memory' in self.requests) || "
            + "!quantity(string(self.requests['memory'])).isGreaterThan(quantity('0')) || "
            + "quantity(string(self.requests['memory'])).compareTo(quantity('4Mi')) >= 0) && "
            + "(!has(self.limits) || !('memory' in self.limits) || "
            + "!quantity(string(self.limits['memory'])).isGreaterThan(quantity('0')) || "
            + "quantity(string(self.limits['memory'])).compareTo(quantity('4Mi')) >= 0)",
    message = Resources.LEAST_MEMORY_MESSAGE)
@ValidationRule(
    value =
        "!has(self.requests) || !has(self.limits) || self.requests.all(k, "
            + "!(k in self.limits) || "
            + "quantity(string(self.requests[k])).compareTo(quantity(string(self.limits[k]))) "
            + "<= 0)",
    message = "a request must not be greater than its limit")
public record Resources(
    @JsonPropertyDescription("Reserved for the container: cpu, memory.") @Size(max = 8)
        Map<String, Quantity> requests,
    @JsonPropertyDescription("The most that the container gets: cpu, memory.") @Size(max = 8)
        Map<String, Quantity> limits) {

  /** No container that we know starts with less. */
  public static final Quantity LEAST_MEMORY = new Quantity("4Mi");

  /** What is meant by most who write less. */
  public static final String LEAST_MEMORY_MESSAGE =
      "memory must be at least 4Mi; m means thousandths of a byte: write 512Mi, not 512m";

  public Resources {
    requests = Map.copyOf(requireNonNullElse(requests, Map.of()));
    limits = Map.copyOf(requireNonNullElse(limits, Map.of()));
  }

  /** Nothing asked for: the operator chooses. */
  public static Resources none() {
    return new Resources(Map.of(), Map.of());
  }
}
