package dev.knowledgenetwork.operator.core.shardset.patroni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Patroni's two configurations. The local one is the file of every member; only a restart brings a
 * change of it into force. The dynamic one is the same for all members of a shard, lives in
 * Patroni's own store and takes effect at once; the local file carries it only to begin with.
 */
public final class PatroniConfiguration {

  /**
   * Name of the local configuration in the shard's ConfigMap; Patroni reads files in this order.
   */
  public static final String FILE = "10-patroni.yml";

  /** Name of the credentials in the superuser's Secret; Patroni lays it over the local file. */
  public static final String CREDENTIALS_FILE = "20-credentials.yml";

  static final String DATA = "/var/lib/postgresql/pgdata";
  private static final String TLS = "/etc/kn/tls";
  private static final int PAIR = 2;
  private static final int QUORUM_FROM = 3;

  /** Bytes; whatever a synchronous replica lacks was promised to nobody. */
  private static final int MOST_LAG = 1 << 20;

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  /**
   * Credentials as a template of a Secret; keys of the Secret stand in braces. Verified TLS also
   * for connections between members.
   */
  public static final String CREDENTIALS =
      """
      postgresql:
        authentication:
          superuser:
            username: "${yaml:username}"
            password: "${yaml:password}"
            sslmode: verify-full
            sslrootcert: /etc/kn/tls/ca.crt
          replication:
            username: replicator
            password: "${yaml:replication-password}"
            sslmode: verify-full
            sslrootcert: /etc/kn/tls/ca.crt
          rewind:
            username: rewind
            password: "${yaml:rewind-password}"
            sslmode: verify-full
            sslrootcert: /etc/kn/tls/ca.crt
      restapi:
        authentication:
          username: "${yaml:rest-username}"
          password: "${yaml:rest-password}"
      """;

  private PatroniConfiguration() {}

  /** The file {@link #FILE} of a shard. */
  public static String file(Blueprint blueprint, String shard) {
    Map<String, Object> file = local(blueprint, shard);
    file.put(
        "bootstrap",
        ordered(
            Map.entry("dcs", dynamic(blueprint.spec(), blueprint.spec().instances())),
            Map.entry("initdb", initdb())));
    try {
      return YAML.writeValueAsString(file);
    } catch (JsonProcessingException failure) {
      throw new IllegalStateException("maps and texts are always writable", failure);
    }
  }

  /** The file without what serves only the first start. */
  public static Map<String, Object> local(Blueprint blueprint, String shard) {
    return ordered(
        Map.entry("scope", blueprint.shardName(shard)),
        Map.entry("log", Map.of("level", "INFO")),
        Map.entry("kubernetes", kubernetes(blueprint, shard)),
        Map.entry(
            "restapi",
            ordered(
                Map.entry("listen", "*:" + Blueprint.PATRONI_PORT),
                Map.entry("certfile", TLS + "/tls.crt"),
                Map.entry("keyfile", TLS + "/tls.key"),
                Map.entry("cafile", TLS + "/ca.crt"),
                Map.entry("verify_client", "none"))),
        Map.entry("ctl", Map.of("cacert", TLS + "/ca.crt")),
        Map.entry("watchdog", Map.of("mode", "off")),
        Map.entry("postgresql", postgresql(blueprint.spec())));
  }

  private static Map<String, Object> kubernetes(Blueprint blueprint, String shard) {
    return ordered(
        Map.entry("namespace", blueprint.namespace()),
        Map.entry("use_endpoints", true),
        Map.entry("scope_label", Labels.SCOPE),
        Map.entry("role_label", Labels.ROLE),
        Map.entry("leader_label_value", "primary"),
        Map.entry("follower_label_value", "replica"),
        Map.entry("standby_leader_label_value", "primary"),
        Map.entry("labels", sorted(blueprint.shardSelector(shard))),
        Map.entry(
            "ports",
            List.of(
                ordered(
                    Map.entry("name", Blueprint.POSTGRES),
                    Map.entry("port", Blueprint.POSTGRES_PORT)))));
  }

  private static Map<String, Object> postgresql(ShardSetSpec spec) {
    String major =
        switch (spec.postgresVersion()) {
          case V17 -> "17";
        };
    return ordered(
        Map.entry("listen", "*:" + Blueprint.POSTGRES_PORT),
        Map.entry("data_dir", DATA),
        Map.entry("bin_dir", "/usr/lib/postgresql/" + major + "/bin"),
        Map.entry("pgpass", "/tmp/pgpass"),
        Map.entry("use_unix_socket", true),
        Map.entry("use_unix_socket_repl", true),
        Map.entry("basebackup", List.of(Map.of("checkpoint", "fast"))));
  }

  /** The dynamic configuration of instances that have the volumes that the spec asks for. */
  public static Map<String, Object> dynamic(ShardSetSpec spec, int instances) {
    return dynamic(spec, instances, spec.storage().size());
  }

  /**
   * The dynamic configuration, as {@code GET /config} would show it.
   *
   * <p>Of two instances, one that has not seen the newest timeline must not lead: it lacks what was
   * written since, and would begin a timeline of the same number, which nobody could tell from the
   * other one afterwards. Nor must one that lacks a byte of what the primary last said it had
   * written, two seconds before at most: it was cut off, and others have what it lacks. From three
   * on the synchronous ones alone may lead, which says more.
   *
   * @param instances how many there are: more than the spec says while some have yet to go
   * @param volume that each of them has
   */
  public static Map<String, Object> dynamic(ShardSetSpec spec, int instances, Quantity volume) {
    boolean quorum = instances >= QUORUM_FROM;
    return ordered(
        Map.entry("ttl", 20),
        Map.entry("loop_wait", 2),
        Map.entry("retry_timeout", 3),
        Map.entry("maximum_lag_on_failover", instances == PAIR ? 0 : MOST_LAG),
        Map.entry("failsafe_mode", true),
        Map.entry("check_timeline", instances == PAIR),
        Map.entry("synchronous_mode", quorum ? "quorum" : "off"),
        Map.entry("synchronous_node_count", 1),
        Map.entry(
            "postgresql",
            ordered(
                Map.entry("use_pg_rewind", true),
                Map.entry("remove_data_directory_on_rewind_failure", true),
                Map.entry("use_slots", true),
                Map.entry("pg_hba", hostBasedAuthentication()),
                Map.entry("parameters", PostgresParameters.of(spec, volume)))));
  }

  /** TLS and SCRAM for everybody; over the local socket SCRAM too. */
  private static List<String> hostBasedAuthentication() {
    return List.of(
        "local all all scram-sha-256",
        "local replication replicator scram-sha-256",
        "hostssl replication replicator all scram-sha-256",
        "hostssl all postgres,rewind all scram-sha-256",
        "hostssl kn all all scram-sha-256");
  }

  /** The builtin locale: a newer C library never changes the order of an index. */
  private static List<Object> initdb() {
    return List.of(
        Map.of("encoding", "UTF8"),
        Map.of("locale", "C.UTF-8"),
        Map.of("locale-provider", "builtin"),
        Map.of("builtin-locale", "C.UTF-8"),
        Map.of("auth", "scram-sha-256"),
        "data-checksums");
  }

  private static Map<String, Object> sorted(Map<String, String> map) {
    return new LinkedHashMap<>(new TreeMap<>(map));
  }

  @SafeVarargs
  private static Map<String, Object> ordered(Map.Entry<String, ?>... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, ?> entry : entries) {
      map.put(entry.getKey(), entry.getValue());
    }
    return map;
  }
}
