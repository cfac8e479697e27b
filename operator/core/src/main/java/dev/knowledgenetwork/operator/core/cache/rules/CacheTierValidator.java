package dev.knowledgenetwork.operator.core.cache.rules;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.cachetier.L1;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.Durations;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Violations;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The rules of the schema once more, so that an old definition in the cluster cannot let nonsense
 * through. All violations are reported, not the first.
 */
public final class CacheTierValidator {

  private static final Pattern VERSION = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,30}[a-z0-9])?");
  private static final Pattern CLASS_NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern ENDPOINT = Pattern.compile(ExternalCache.ENDPOINT);
  private static final int MOST_ENTRIES = 10_000_000;
  private static final int HIGHEST_PORT = 65_535;
  private static final Quantity LEAST_MEMORY = new Quantity("16Mi");
  private static final Quantity MOST_MEMORY = new Quantity("1Ti");

  private final Violations violations = new Violations();

  private CacheTierValidator() {}

  /** Every violation of the spec, in the order of its fields; empty where there is none. */
  public static List<Problem> violations(CacheTier tier) {
    CacheTierValidator validator = new CacheTierValidator();
    validator.violations.name(tier.getMetadata().getName());
    validator.spec(tier.getSpec());
    return validator.violations.all();
  }

  private void spec(CacheTierSpec spec) {
    l1(spec.l1());
    l2(spec.l2());
    duration("spec.defaultTtl", spec.defaultTtl());
    violations.require(
        VERSION.matcher(spec.version()).matches(),
        "spec.version",
        "use 1 to 32 of a-z, 0-9, - and ., for example 2");
    new TreeMap<>(spec.dataClasses())
        .forEach(
            (name, dataClass) -> {
              String field = "spec.dataClasses[" + name + "]";
              violations.require(
                  CLASS_NAME.matcher(name).matches(),
                  field,
                  "names in dataClasses begin with a letter and hold only a-z, 0-9 and -");
              if (dataClass.ttl() != null) {
                duration(field + ".ttl", dataClass.ttl());
              }
              violations.require(
                  !dataClass.tiers().isEmpty(), field + ".tiers", "name at least one of L1 and L2");
            });
    violations.maintenance(spec.maintenance());
    violations.pods(spec.pods());
  }

  private void l1(L1 l1) {
    violations.between("spec.l1.maxEntries", l1.maxEntries(), 1, MOST_ENTRIES);
    violations.require(
        positive(l1.maxSize()) && Amounts.compare(l1.maxSize(), MOST_MEMORY) <= 0,
        "spec.l1.maxSize",
        "use a quantity above zero and of at most 1Ti, as 64Mi");
    duration("spec.l1.ttl", l1.ttl());
  }

  private void l2(L2 l2) {
    ExternalCache external = l2.external();
    if (external == null) {
      violations.atLeast("spec.l2.memory", l2.memory(), LEAST_MEMORY);
      violations.require(
          Amounts.compare(l2.memory(), MOST_MEMORY) <= 0, "spec.l2.memory", "use at most 1Ti");
      Quantity limit = l2.resources().limits().get("memory");
      violations.require(
          limit == null || Amounts.compare(limit, l2.memory()) > 0,
          "spec.l2.resources.limits.memory",
          "the limit must be greater than l2.memory: connections and the program need room beside"
              + " the data");
      violations.image("spec.l2.image", l2.image());
      // A limit is greater than the data, as said above: that is more than any least.
      violations.resources("spec.l2.resources", l2.resources(), Resources.LEAST_MEMORY);
      return;
    }
    violations.require(
        l2.memory() == null
            && l2.evictionPolicy() == null
            && l2.image() == null
            && l2.resources().equals(Resources.none()),
        "spec.l2",
        "memory, evictionPolicy, image and resources cannot be set with external: set them at the"
            + " external cache");
    violations.require(
        !external.endpoints().isEmpty(),
        "spec.l2.external.endpoints",
        "name at least one endpoint as host:port");
    external.endpoints().forEach(this::endpoint);
  }

  private void endpoint(String endpoint) {
    violations.require(
        ENDPOINT.matcher(endpoint).matches()
            && Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)) <= HIGHEST_PORT,
        "spec.l2.external.endpoints",
        "write each endpoint as host:port, for example cache.example.org:6379");
  }

  private void duration(String field, String text) {
    violations.require(
        Durations.valid(text), field, "use a number and one of ms, s, m, h, d, for example 300s");
  }

  private static boolean positive(Quantity quantity) {
    return Bytes.of(quantity) > 0;
  }
}
