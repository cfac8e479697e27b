package dev.knowledgenetwork.operator.core.shardset.patroni;

import dev.knowledgenetwork.crds.shardset.ReservedParameters;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Sizing;
import dev.knowledgenetwork.operator.core.shardset.rules.KnownParameters;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings of PostgreSQL that Patroni keeps in its dynamic configuration. Memory settings are
 * shares of the memory limit, the size of WAL a share of the volume; the user's parameters replace
 * them.
 */
public final class PostgresParameters {

  /** Connections that PostgreSQL accepts, those of the operator and of replication included. */
  public static final int MAX_CONNECTIONS = 200;

  /** Of these, what poolers must leave for everything else. */
  public static final int RESERVED_CONNECTIONS = 40;

  private static final long LEAST_WAL = 128;
  private static final long MOST_WAL = 8192;
  private static final long MOST_MAINTENANCE = 2048;
  private static final long LEAST_WORK = 4;

  /** Of those that no spec may hold, the ones that pods are restarted for. */
  private static final Set<String> RESERVED_BUT_RESTARTING =
      Set.of(
          "max_connections",
          "max_locks_per_transaction",
          "max_prepared_transactions",
          "max_replication_slots",
          "max_wal_senders",
          "max_worker_processes",
          "wal_level");

  /** Of those that need no restart, the ones that follow from the memory limit. */
  private static final Set<String> SHARES_OF_MEMORY =
      Set.of("effective_cache_size", "maintenance_work_mem", "work_mem");

  private PostgresParameters() {}

  /** All settings of instances that have the volumes that the spec asks for. */
  public static Map<String, String> of(ShardSetSpec spec) {
    return of(spec, spec.storage().size());
  }

  /**
   * All settings, sorted by name, as texts.
   *
   * @param storage that each instance has
   */
  static Map<String, String> of(ShardSetSpec spec, Quantity storage) {
    long memory = Sizing.memoryMebibytes(spec.resources());
    long volume = Sizing.mebibytes(storage);
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("shared_buffers", megabytes(memory / 4));
    parameters.put("effective_cache_size", megabytes(memory * 3 / 4));
    parameters.put("maintenance_work_mem", megabytes(Math.min(memory / 16, MOST_MAINTENANCE)));
    parameters.put("work_mem", megabytes(Math.max(memory / 256, LEAST_WORK)));
    parameters.put("wal_buffers", megabytes(Math.clamp(memory / 64, 1, 16)));
    parameters.put("max_wal_size", megabytes(Math.clamp(volume / 10, LEAST_WAL, MOST_WAL)));
    // A replica that is away, or a query that sorts, must not fill the volume of the primary.
    parameters.put("max_slot_wal_keep_size", megabytes(Math.max(volume / 4, LEAST_WAL)));
    parameters.put("temp_file_limit", megabytes(volume / 2));
    parameters.put("checkpoint_completion_target", "0.9");
    parameters.put("default_statistics_target", "100");
    parameters.put("random_page_cost", "1.1");
    parameters.put("log_line_prefix", "%m [%p] %q%u@%d %a ");
    parameters.put("log_lock_waits", "on");
    parameters.put("idle_in_transaction_session_timeout", "60s");
    parameters.put("tcp_keepalives_idle", "30");
    parameters.put("tcp_keepalives_interval", "10");
    parameters.put("tcp_keepalives_count", "3");
    parameters.putAll(spec.parameters());
    parameters.putAll(OWN);
    return parameters;
  }

  /** The part of the settings that needs a restart, with values as texts. */
  public static Map<String, String> needingRestart(Map<String, ?> parameters) {
    Map<String, String> part = new TreeMap<>();
    parameters.forEach(
        (name, value) -> {
          if (needsRestart(name)) {
            part.put(name, String.valueOf(value));
          }
        });
    return part;
  }

  /**
   * Whether a setting belongs to what instances start from: it needs a restart, or its value
   * follows from the memory that a pod is given. Such a one changes together with the pods.
   */
  static boolean belongsToPods(String name, ShardSetSpec spec) {
    return needsRestart(name)
        || SHARES_OF_MEMORY.contains(name) && !spec.parameters().containsKey(name);
  }

  /** Whether only a restart brings a change of it into force. */
  static boolean needsRestart(String name) {
    return RESERVED_BUT_RESTARTING.contains(name)
        || KnownParameters.needsRestart(name) && ReservedParameters.owner(name).isEmpty();
  }

  /** What replication, fencing and security rest on; no spec may change it. */
  private static final Map<String, String> OWN =
      Map.ofEntries(
          Map.entry("max_connections", Integer.toString(MAX_CONNECTIONS)),
          Map.entry("max_wal_senders", "20"),
          Map.entry("max_replication_slots", "20"),
          Map.entry("max_worker_processes", "16"),
          Map.entry("wal_level", "logical"),
          Map.entry("wal_log_hints", "on"),
          Map.entry("hot_standby_feedback", "on"),
          Map.entry("password_encryption", "scram-sha-256"),
          Map.entry("ssl", "on"),
          Map.entry("ssl_min_protocol_version", "TLSv1.3"),
          Map.entry("ssl_cert_file", "/etc/kn/tls/tls.crt"),
          Map.entry("ssl_key_file", "/etc/kn/tls/tls.key"),
          Map.entry("ssl_ca_file", "/etc/kn/tls/ca.crt"),
          Map.entry("log_destination", "stderr"),
          Map.entry("logging_collector", "off"),
          Map.entry("unix_socket_directories", "/run/postgresql"));

  private static String megabytes(long amount) {
    return amount + "MB";
  }
}
