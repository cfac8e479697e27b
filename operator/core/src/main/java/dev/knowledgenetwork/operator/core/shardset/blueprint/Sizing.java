package dev.knowledgenetwork.operator.core.shardset.blueprint;

import dev.knowledgenetwork.crds.common.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What containers get, with defaults where the spec is silent. */
public record Sizing(Map<String, Quantity> requests, Map<String, Quantity> limits) {

  private static final Map<String, Quantity> REQUESTS =
      Map.of("cpu", new Quantity("250m"), "memory", new Quantity("512Mi"));
  private static final Map<String, Quantity> LIMITS =
      Map.of("cpu", new Quantity("2"), "memory", new Quantity("1Gi"));

  public Sizing {
    requests = Map.copyOf(requests);
    limits = Map.copyOf(limits);
  }

  /**
   * Requests and limits of a PostgreSQL container. A default never contradicts what is given: it
   * gives way to a smaller limit or a larger request.
   */
  public static Sizing postgres(Resources given) {
    Map<String, Quantity> requests = new HashMap<>(given.requests());
    Map<String, Quantity> limits = new HashMap<>(given.limits());
    for (Map.Entry<String, Quantity> each : LIMITS.entrySet()) {
      String name = each.getKey();
      limits.putIfAbsent(name, larger(each.getValue(), given.requests().get(name)));
      requests.putIfAbsent(name, smaller(REQUESTS.get(name), limits.get(name)));
    }
    return new Sizing(requests, limits);
  }

  /** As the container of a pod template has them. */
  public ResourceRequirements toRequirements() {
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  /** The memory limit in whole mebibytes. */
  public long memoryMebibytes() {
    return mebibytes(limits.get("memory"));
  }

  /** Whole mebibytes of a quantity, rounded down. */
  public static long mebibytes(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity)
        .divide(BigDecimal.valueOf(1L << 20), RoundingMode.FLOOR)
        .longValue();
  }

  /** Orders by amount, whatever the units: 1Gi equals 1024Mi. */
  public static int compare(Quantity left, Quantity right) {
    return left.getNumericalAmount().compareTo(right.getNumericalAmount());
  }

  private static Quantity larger(Quantity one, @Nullable Quantity other) {
    return other == null || compare(one, other) >= 0 ? one : other;
  }

  private static Quantity smaller(Quantity one, Quantity other) {
    return compare(one, other) <= 0 ? one : other;
  }
}
