package dev.knowledgenetwork.operator.core.cache;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.cachetier.L1;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.Durations;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The rules of the schema once more, so that an old definition in the cluster cannot let nonsense
 * through. All violations are reported, not the first.
 */
final class CacheTierValidator {

  private static final Pattern VERSION = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,30}[a-z0-9])?");
  private static final Pattern CLASS_NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern ENDPOINT = Pattern.compile(ExternalCache.ENDPOINT);
  private static final int LONGEST_NAME = 40;
  private static final int MOST_ENTRIES = 10_000_000;
  private static final int HIGHEST_PORT = 65_535;
  private static final long SMALLEST_MEMORY = 16L << 20;

  private final List<Problem> violations = new ArrayList<>();

  private CacheTierValidator() {}

  /** Every violation of the spec, in the order of its fields; empty where there is none. */
  static List<Problem> violations(CacheTier tier) {
    CacheTierValidator validator = new CacheTierValidator();
    validator.name(tier.getMetadata().getName());
    validator.spec(tier.getSpec());
    return List.copyOf(validator.violations);
  }

  private void name(String name) {
    require(
        name.length() <= LONGEST_NAME,
        "metadata.name",
        "the name has %d characters, names of objects are made from it: use at most %d"
            .formatted(name.length(), LONGEST_NAME));
  }

  private void spec(CacheTierSpec spec) {
    l1(spec.l1());
    l2(spec.l2());
    duration("spec.defaultTtl", spec.defaultTtl());
    require(
        VERSION.matcher(spec.version()).matches(),
        "spec.version",
        "use 1 to 32 of a-z, 0-9, - and ., for example 2");
    new TreeMap<>(spec.dataClasses())
        .forEach(
            (name, dataClass) -> {
              String field = "spec.dataClasses[" + name + "]";
              require(
                  CLASS_NAME.matcher(name).matches(),
                  field,
                  "names in dataClasses begin with a letter and hold only a-z, 0-9 and -");
              if (dataClass.ttl() != null) {
                duration(field + ".ttl", dataClass.ttl());
              }
              require(
                  !dataClass.tiers().isEmpty(), field + ".tiers", "name at least one of L1 and L2");
            });
  }

  private void l1(L1 l1) {
    require(
        l1.maxEntries() >= 1 && l1.maxEntries() <= MOST_ENTRIES,
        "spec.l1.maxEntries",
        "use a number from 1 to " + MOST_ENTRIES);
    require(positive(l1.maxSize()), "spec.l1.maxSize", "use a quantity above zero, as 64Mi");
    duration("spec.l1.ttl", l1.ttl());
  }

  private void l2(L2 l2) {
    ExternalCache external = l2.external();
    if (external == null) {
      require(Bytes.of(l2.memory()) >= SMALLEST_MEMORY, "spec.l2.memory", "use at least 16Mi");
      return;
    }
    require(
        l2.memory() == null && l2.evictionPolicy() == null,
        "spec.l2",
        "memory and evictionPolicy cannot be set with external: set them at the external cache");
    require(
        !external.endpoints().isEmpty(),
        "spec.l2.external.endpoints",
        "name at least one endpoint as host:port");
    external.endpoints().forEach(this::endpoint);
  }

  private void endpoint(String endpoint) {
    require(
        ENDPOINT.matcher(endpoint).matches()
            && Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)) <= HIGHEST_PORT,
        "spec.l2.external.endpoints",
        "write each endpoint as host:port, for example cache.example.org:6379");
  }

  private void duration(String field, String text) {
    require(
        Durations.valid(text), field, "use a number and one of ms, s, m, h, d, for example 300s");
  }

  private void require(boolean holds, String field, String message) {
    if (!holds) {
      violations.add(new Problem.InvalidSpec("InvalidSpec", field, message));
    }
  }

  private static boolean positive(Quantity quantity) {
    return Bytes.of(quantity) > 0;
  }
}
