package dev.knowledgenetwork.operator.core.workload;

import dev.knowledgenetwork.crds.common.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** What containers get. */
public final class Amounts {

  private Amounts() {}

  /** Requests and limits of cpu and memory. */
  public static Resources of(
      String cpuRequest, String memoryRequest, String cpuLimit, String memoryLimit) {
    return new Resources(
        Map.of("cpu", new Quantity(cpuRequest), "memory", new Quantity(memoryRequest)),
        Map.of("cpu", new Quantity(cpuLimit), "memory", new Quantity(memoryLimit)));
  }

  /**
   * What is asked for, and the defaults where it is silent. A default never contradicts what is
   * asked for: a limit is at least the request that is asked for, a request at most the limit.
   */
  public static Resources filled(Resources asked, Resources defaults) {
    Map<String, Quantity> limits = new TreeMap<>(defaults.limits());
    asked.requests().forEach((name, request) -> limits.merge(name, request, Amounts::larger));
    limits.putAll(asked.limits());
    Map<String, Quantity> requests = new TreeMap<>(defaults.requests());
    asked.limits().forEach((name, limit) -> requests.merge(name, limit, Amounts::smaller));
    requests.putAll(asked.requests());
    return new Resources(requests, limits);
  }

  /** As the container of a pod template has them. */
  public static ResourceRequirements requirements(Resources resources) {
    return new ResourceRequirementsBuilder()
        .withRequests(resources.requests())
        .withLimits(resources.limits())
        .build();
  }

  /** Orders by amount, whatever the units: 1Gi equals 1024Mi. */
  public static int compare(Quantity left, Quantity right) {
    return left.getNumericalAmount().compareTo(right.getNumericalAmount());
  }

  /** What is asked for beyond that, where it is more. */
  public static Map<String, Quantity> beyond(
      Map<String, Quantity> asked, Map<String, Quantity> had) {
    Map<String, Quantity> more = new TreeMap<>();
    asked.forEach(
        (name, quantity) -> {
          BigDecimal before =
              had.containsKey(name) ? had.get(name).getNumericalAmount() : BigDecimal.ZERO;
          BigDecimal difference = quantity.getNumericalAmount().subtract(before);
          if (difference.signum() > 0) {
            more.put(name, Quantity.fromNumericalAmount(difference, quantity.getFormat()));
          }
        });
    return more;
  }

  /** The one that is more. */
  public static Quantity larger(Quantity one, Quantity other) {
    return compare(one, other) >= 0 ? one : other;
  }

  /** The one that is less. */
  public static Quantity smaller(Quantity one, Quantity other) {
    return compare(one, other) <= 0 ? one : other;
  }
}
