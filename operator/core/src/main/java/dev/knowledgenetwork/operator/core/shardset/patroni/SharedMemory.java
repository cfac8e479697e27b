package dev.knowledgenetwork.operator.core.shardset.patroni;

import static java.util.Comparator.comparingDouble;
import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Violations;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Sizing;
import dev.knowledgenetwork.operator.core.shardset.rules.KnownParameters;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a server takes of memory when it starts, for all of its processes together, and does not
 * give back: what the setting {@code shared_memory_size} tells, reckoned beforehand. {@code
 * KnownParametersIT} compares it with a server.
 *
 * @param parts in bytes, by the name of the setting that they follow from
 */
public record SharedMemory(Map<String, Double> parts) {

  /** Pools of pages, each page with what tells where it belongs. */
  private static final Set<String> BUFFERS =
      Stream.concat(Stream.of("shared_buffers"), KnownParameters.IN_BANKS.stream())
          .collect(Collectors.toUnmodifiableSet());

  private static final String DYNAMIC = "min_dynamic_shared_memory";
  private static final String WAL = "wal_buffers";
  private static final String WORKERS = "autovacuum_max_workers";
  private static final String PREDICATE_LOCKS = "max_pred_locks_per_transaction";
  private static final String QUERIES = "track_activity_query_size";

  private static final double MEBIBYTE = 1L << 20;
  private static final double MOST_OF_MEMORY = 0.75;
  private static final double WITH_HEADERS = 33.0 / 32;
  private static final double MOST_WAL_BY_ITSELF = 16 * MEBIBYTE;

  /** A process that may hold locks, with room for 64 of them. */
  private static final double A_PROCESS = 32 * 1024;

  private static final double A_PREDICATE_LOCK = 256;

  /** What does not depend on any setting. */
  private static final double THE_REST = 2 * MEBIBYTE;

  /** How many parts are named to a person. */
  private static final int NAMED = 3;

  /** Keeps them in the order of their names. */
  public SharedMemory {
    parts = new TreeMap<>(parts);
  }

  /**
   * That of a server with these settings.
   *
   * @param settings all that is set, as texts; {@code max_connections}, {@code max_wal_senders} and
   *     {@code max_worker_processes} among them
   */
  public static SharedMemory of(Map<String, String> settings) {
    Map<String, Double> parts = new TreeMap<>();
    BUFFERS.forEach(name -> parts.put(name, amount(settings, name, 0) * WITH_HEADERS));
    double wal = amount(settings, WAL, -1);
    double share = Math.min(amount(settings, "shared_buffers", 0) / 32, MOST_WAL_BY_ITSELF);
    parts.put(WAL, wal < 0 ? share : wal);
    parts.put(DYNAMIC, amount(settings, DYNAMIC, 0));
    double processes =
        1
            + Stream.of("max_connections", "max_wal_senders", "max_worker_processes")
                .mapToDouble(name -> amount(settings, name, 0))
                .sum()
            + amount(settings, WORKERS, 3);
    parts.put(WORKERS, processes * A_PROCESS);
    parts.put(
        PREDICATE_LOCKS, processes * A_PREDICATE_LOCK * amount(settings, PREDICATE_LOCKS, 64));
    parts.put(QUERIES, processes * amount(settings, QUERIES, 1024));
    return new SharedMemory(parts);
  }

  /**
   * Whether the instances of a ShardSet have room for it, beside what each connection takes and the
   * page cache that PostgreSQL counts on. For a spec that is valid otherwise.
   */
  public static List<Problem> violations(ShardSetSpec spec) {
    long limit = Sizing.memoryMebibytes(spec.resources());
    SharedMemory needed = of(PostgresParameters.of(spec));
    Violations violations = new Violations();
    violations.require(
        needed.bytes() <= limit * MEBIBYTE * MOST_OF_MEMORY,
        "spec.parameters",
        ("with these settings PostgreSQL takes %s when it starts (%s), more than three quarters of"
                + " the %dMi that a pod may use: lower them, or raise spec.resources.limits.memory")
            .formatted(megabytes(needed.bytes()), needed.largest(), limit));
    return violations.all();
  }

  /** All of it, in bytes. */
  public double bytes() {
    return THE_REST + parts.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What makes the most of it, largest first: {@code 721MB for shared_buffers, 16MB for ...}. */
  private String largest() {
    List<Map.Entry<String, Double>> sorted =
        parts.entrySet().stream()
            .sorted(comparingDouble((Map.Entry<String, Double> part) -> part.getValue()).reversed())
            .toList();
    return sorted.stream()
        .limit(NAMED)
        .map(part -> megabytes(part.getValue()) + " for " + part.getKey())
        .collect(joining(", "));
  }

  private static String megabytes(double bytes) {
    return Math.round(bytes / MEBIBYTE) + "MB";
  }

  /** Bytes where the setting measures memory. */
  private static double amount(Map<String, String> settings, String name, double otherwise) {
    String value = settings.get(name);
    return value == null ? otherwise : KnownParameters.amount(name, value).orElse(0);
  }
}
