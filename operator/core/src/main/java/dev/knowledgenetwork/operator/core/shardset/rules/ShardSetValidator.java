package dev.knowledgenetwork.operator.core.shardset.rules;

import dev.knowledgenetwork.crds.shardset.Pool;
import dev.knowledgenetwork.crds.shardset.ReservedParameters;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.crds.shardset.Sharding;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Violations;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Sizing;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of the schema once more, and those against what runs, so that an old definition in the
 * cluster cannot let nonsense through. All violations are reported, not the first.
 */
public final class ShardSetValidator {

  private static final Pattern COLUMN = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final Pattern PARAMETER = Pattern.compile("[a-z][a-z0-9_.]{0,62}");
  private static final int MOST_PARAMETERS = 100;
  private static final int LONGEST_VALUE = 256;
  private static final double MEBIBYTE = 1L << 20;

  /** The rest is for connections, and for the page cache that PostgreSQL counts on. */
  private static final double MOST_OF_MEMORY = 0.75;

  /** What one process, or all of them together, may take. */
  private static final Set<String> IN_MEMORY =
      Stream.concat(
              KnownParameters.IN_BANKS.stream(),
              Stream.of(
                  "autovacuum_work_mem",
                  "logical_decoding_work_mem",
                  "maintenance_work_mem",
                  "max_stack_depth",
                  "min_dynamic_shared_memory",
                  "shared_buffers",
                  "temp_buffers",
                  "wal_buffers",
                  "wal_decode_buffer_size",
                  "work_mem"))
          .collect(Collectors.toUnmodifiableSet());

  private static final String NEW_SET = "create a new ShardSet and move the data there";

  private final Violations violations = new Violations();

  private ShardSetValidator() {}

  /** Every violation, of the spec by itself and of the spec against what runs. */
  public static List<Problem> violations(ShardSet set, Children children) {
    ShardSetValidator validator = new ShardSetValidator();
    validator.violations.name(set.getMetadata().getName());
    validator.spec(set.getSpec());
    if (!InForce.of(set)) {
      validator.memory(set.getSpec());
      validator.times(set.getSpec());
    }
    validator.changes(set, children);
    return validator.violations.all();
  }

  /** Settings of which one by itself takes more of the memory than there should be for it. */
  public static List<Problem> tooLarge(ShardSetSpec spec) {
    ShardSetValidator validator = new ShardSetValidator();
    validator.memory(spec);
    return validator.violations.all();
  }

  private void spec(ShardSetSpec spec) {
    sharding(spec.sharding());
    violations.between("spec.instances", spec.instances(), 1, 5);
    violations.atLeast("spec.storage.size", spec.storage().size(), Sizing.LEAST_STORAGE);
    violations.image("spec.image", spec.image());
    violations.resources("spec.resources", spec.resources(), Sizing.LEAST_POSTGRES_MEMORY);
    parameters(spec.parameters());
    pool(spec.pool());
    violations.maintenance(spec.maintenance());
    violations.pods(spec.pods());
  }

  private void sharding(Sharding sharding) {
    violations.require(
        COLUMN.matcher(sharding.key()).matches(),
        "spec.sharding.key",
        "sharding.key must be the name of a column: a-z, 0-9 and _, not beginning with a digit");
    violations.between("spec.sharding.buckets", sharding.buckets(), 16, 65_536);
    violations.between("spec.sharding.virtualNodes", sharding.virtualNodes(), 1, 1000);
    violations.between("spec.sharding.shards", sharding.shards(), 1, 64);
    violations.require(
        sharding.shards() <= sharding.buckets(),
        "spec.sharding.shards",
        "sharding.shards must not be greater than sharding.buckets");
  }

  private void parameters(Map<String, String> parameters) {
    violations.require(
        parameters.size() <= MOST_PARAMETERS,
        "spec.parameters",
        "parameters must not have more than " + MOST_PARAMETERS + " entries");
    new TreeMap<>(parameters).forEach(this::parameter);
  }

  private void parameter(String name, String value) {
    String field = "spec.parameters." + name;
    boolean isName = PARAMETER.matcher(name).matches();
    boolean isLine = value.length() <= LONGEST_VALUE && value.chars().noneMatch(c -> c < ' ');
    violations.require(
        isName, field, "names in parameters begin with a letter and hold only a-z, 0-9, _ and .");
    violations.require(
        isLine,
        field,
        "values in parameters have at most " + LONGEST_VALUE + " characters, on one line");
    ReservedParameters.owner(name)
        .map(owner -> "parameters: " + owner + " decides on " + name + ": remove it")
        .or(() -> isName ? KnownParameters.objection(name) : Optional.empty())
        .or(() -> isLine ? KnownParameters.objection(name, value) : Optional.empty())
        .ifPresent(objection -> violations.refuse(field, objection));
  }

  private void times(ShardSetSpec spec) {
    new TreeMap<>(spec.parameters())
        .forEach(
            (name, value) ->
                LeastTimes.objection(name, value)
                    .ifPresent(
                        objection -> violations.refuse("spec.parameters." + name, objection)));
  }

  /** The kernel ends PostgreSQL as soon as it uses what it was allowed to, and not before. */
  private void memory(ShardSetSpec spec) {
    long limit = Sizing.memoryMebibytes(spec.resources());
    double most = limit * MEBIBYTE * MOST_OF_MEMORY;
    Map<String, String> tooLarge = new TreeMap<>(spec.parameters());
    tooLarge.keySet().retainAll(IN_MEMORY);
    tooLarge.entrySet().removeIf(each -> bytes(each) <= most);
    tooLarge.forEach(
        (name, value) ->
            violations.refuse(
                "spec.parameters." + name,
                ("%s is more than three quarters of the %dMi that a pod may use: lower it, or"
                        + " raise spec.resources.limits.memory")
                    .formatted(value, limit)));
  }

  private static double bytes(Map.Entry<String, String> setting) {
    return KnownParameters.bytes(setting.getKey(), setting.getValue()).orElse(0);
  }

  private void pool(Pool pool) {
    violations.between("spec.pool.pooler.instances", pool.pooler().instances(), 1, 10);
    violations.image("spec.pool.pooler.image", pool.pooler().image());
    violations.resources(
        "spec.pool.pooler.resources", pool.pooler().resources(), Sizing.LEAST_POOLER_MEMORY);
    violations.between("spec.pool.min", pool.min(), 0, 1000);
    violations.between("spec.pool.max", pool.max(), 1, 1000);
    violations.require(
        pool.min() <= pool.max(), "spec.pool.min", "pool.min must not be greater than pool.max");
  }

  private void changes(ShardSet set, Children children) {
    Sharding sharding = set.getSpec().sharding();
    TopologyPublication.published(children, set.getMetadata().getName())
        .ifPresent(
            published -> {
              violations.require(
                  published.key().equals(sharding.key()),
                  "spec.sharding.key",
                  "sharding.key is immutable: every row is placed by it; " + NEW_SET);
              violations.require(
                  published.buckets() == sharding.buckets(),
                  "spec.sharding.buckets",
                  "sharding.buckets is immutable: every row carries its bucket; " + NEW_SET);
              violations.require(
                  published.virtualNodes() == sharding.virtualNodes(),
                  "spec.sharding.virtualNodes",
                  "sharding.virtualNodes is immutable: it decides which shard owns a bucket; "
                      + NEW_SET);
              violations.require(
                  published.shards().size() == sharding.shards(),
                  "spec.sharding.shards",
                  "changing the number of shards needs resharding, which this version does not"
                      + " have: "
                      + NEW_SET);
            });
    runningStorage(set, children)
        .ifPresentOrElse(
            running -> storage(set, running),
            () -> children.all(PersistentVolumeClaim.class).forEach(claim -> kept(set, claim)));
  }

  /**
   * Claims of a ShardSet of the same name that was deleted are taken up again as they are: smaller
   * ones grow, larger ones are welcome, and none changes its class.
   */
  private void kept(ShardSet set, PersistentVolumeClaim claim) {
    String wanted = set.getSpec().storage().storageClassName();
    String present = claim.getSpec().getStorageClassName();
    violations.require(
        wanted == null || wanted.equals(present),
        "spec.storage.storageClassName",
        ("claim %1$s was kept and is of class %2$s, and the class of a ShardSet cannot be changed: set"
                + " deletionPolicy: Retain, delete this ShardSet and create it again with"
                + " storage.storageClassName: %2$s; or delete the claim and what is in it")
            .formatted(claim.getMetadata().getName(), present));
  }

  private void storage(ShardSet set, PersistentVolumeClaimSpec running) {
    violations.require(
        Objects.equals(running.getStorageClassName(), set.getSpec().storage().storageClassName()),
        "spec.storage.storageClassName",
        "storage.storageClassName is immutable: create a new ShardSet with the other class and"
            + " move the data there");
  }

  private static Optional<PersistentVolumeClaimSpec> runningStorage(
      ShardSet set, Children children) {
    String first = Names.shard(set.getMetadata().getName(), Names.shard(0));
    return children
        .find(StatefulSet.class, first)
        .flatMap(live -> live.getSpec().getVolumeClaimTemplates().stream().findFirst())
        .map(PersistentVolumeClaim::getSpec);
  }
}
