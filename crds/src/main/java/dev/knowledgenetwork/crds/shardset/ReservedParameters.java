package dev.knowledgenetwork.crds.shardset;

import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Settings of PostgreSQL that a spec may not hold, because somebody else decides on them. */
public final class ReservedParameters {

  private static final String PATRONI_NAMES =
      "['allow_alter_system', 'cluster_name', 'config_file', 'data_directory',"
          + " 'external_pid_file', 'hba_file', 'hot_standby', 'hot_standby_feedback',"
          + " 'ident_file', 'listen_addresses', 'max_connections', 'max_locks_per_transaction',"
          + " 'max_prepared_transactions', 'max_replication_slots', 'max_wal_senders',"
          + " 'max_worker_processes', 'port', 'primary_conninfo', 'primary_slot_name',"
          + " 'promote_trigger_file', 'restore_command', 'synchronous_standby_names',"
          + " 'track_commit_timestamp', 'unix_socket_directories', 'wal_keep_size', 'wal_level',"
          + " 'wal_log_hints']";

  /**
   * What replication, durability, security and the fence rest on: with another value nothing that
   * was acknowledged would be safe, or whoever writes would meet other rules than the schema was
   * made for.
   */
  private static final String OPERATOR_NAMES =
      "['allow_in_place_tablespaces', 'allow_system_table_mods',"
          + " 'backtrace_functions', 'data_sync_retry', 'default_transaction_isolation',"
          + " 'default_transaction_read_only', 'dynamic_library_path', 'event_triggers',"
          + " 'exit_on_error', 'extension_destdir', 'fsync', 'full_page_writes',"
          + " 'ignore_checksum_failure', 'ignore_invalid_pages', 'ignore_system_indexes',"
          + " 'jit_provider', 'lo_compat_privileges', 'local_preload_libraries',"
          + " 'log_destination', 'logging_collector', 'output_plugin_libraries',"
          + " 'password_encryption', 'post_auth_delay', 'pre_auth_delay',"
          + " 'reserved_connections', 'restart_after_crash',"
          + " 'restrict_nonsystem_relation_kind', 'row_security', 'search_path',"
          + " 'session_preload_libraries', 'session_replication_role',"
          + " 'shared_preload_libraries', 'standard_conforming_strings',"
          + " 'superuser_reserved_connections', 'sync_replication_slots',"
          + " 'synchronized_standby_slots', 'synchronous_commit', 'transaction_deferrable',"
          + " 'transaction_isolation', 'transaction_read_only', 'transform_null_equals',"
          + " 'unix_socket_group', 'unix_socket_permissions', 'zero_damaged_pages']";

  /** Those of our schema and of the language of its functions are the last two. */
  private static final String OPERATOR_FAMILIES =
      "'^(ssl|archive_|recovery_|krb_|bonjour|kn[.]|plpgsql[.])'";

  private static final String FOUND = "self.parameters.filter(k, ";

  static final String PATRONI_RULE =
      "!has(self.parameters) || self.parameters.all(k, !(k in " + PATRONI_NAMES + "))";

  static final String PATRONI_MESSAGE =
      "'parameters: Patroni decides on ' + "
          + FOUND
          + "k in "
          + PATRONI_NAMES
          + ")[0] + ': remove it'";

  static final String OPERATOR_RULE =
      "!has(self.parameters) || self.parameters.all(k, !(k in "
          + OPERATOR_NAMES
          + ") && !k.matches("
          + OPERATOR_FAMILIES
          + "))";

  static final String OPERATOR_MESSAGE =
      "'parameters: the operator decides on ' + "
          + FOUND
          + "k in "
          + OPERATOR_NAMES
          + " || k.matches("
          + OPERATOR_FAMILIES
          + "))[0] + ': remove it'";

  private static final Set<String> PATRONI = names(PATRONI_NAMES);
  private static final Set<String> OPERATOR = names(OPERATOR_NAMES);
  private static final Pattern FAMILIES = Pattern.compile(OPERATOR_FAMILIES.replace("'", ""));

  private ReservedParameters() {}

  /** Who decides on the parameter, as in the rules of the schema; empty: the user. */
  public static Optional<String> owner(String parameter) {
    if (PATRONI.contains(parameter)) {
      return Optional.of("Patroni");
    }
    return OPERATOR.contains(parameter) || FAMILIES.matcher(parameter).lookingAt()
        ? Optional.of("the operator")
        : Optional.empty();
  }

  private static Set<String> names(String list) {
    return Pattern.compile("'([a-z_]+)'")
        .matcher(list)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }
}
