package dev.knowledgenetwork.operator.core.shardset.pooler;

import dev.knowledgenetwork.crds.shardset.Pool;
import dev.knowledgenetwork.crds.shardset.Pooler;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.patroni.PostgresParameters;
import java.util.stream.Collectors;

/** The pooler's {@code pgbouncer.ini}: every shard is a database, both sides speak TLS. */
public final class PoolerConfiguration {

  /** A pooler opens at most so many times what one application pod may ask for. */
  private static final int SHARE_OF_PODS = 4;

  private PoolerConfiguration() {}

  /** The whole text of the file; passwords are not in it. */
  public static String of(Blueprint blueprint) {
    Pool pool = blueprint.spec().pool();
    int size = serverConnections(pool);
    String databases =
        blueprint.shards().stream()
            .map(
                shard ->
                    "%s = host=%s port=%d dbname=%s"
                        .formatted(
                            Names.pooledDatabase(shard),
                            Names.host(blueprint.shardName(shard), blueprint.namespace()),
                            Blueprint.POSTGRES_PORT,
                            Names.DATABASE))
            .collect(Collectors.joining("\n"));
    return """
    [databases]
    %s

    [pgbouncer]
    listen_addr = *
    listen_port = %d
    unix_socket_dir =
    auth_type = scram-sha-256
    auth_file = /etc/kn/pooler/userlist.txt
    pool_mode = transaction
    default_pool_size = %d
    min_pool_size = %d
    max_db_connections = %d
    max_client_conn = %d
    max_prepared_statements = 200
    client_tls_sslmode = require
    client_tls_protocols = tlsv1.3
    client_tls_cert_file = /etc/kn/pooler/tls.crt
    client_tls_key_file = /etc/kn/pooler/tls.key
    server_tls_sslmode = verify-full
    server_tls_protocols = tlsv1.3
    server_tls_ca_file = /etc/kn/pooler/ca.crt
    server_connect_timeout = 3
    server_login_retry = 1
    server_idle_timeout = 60
    server_lifetime = 3600
    query_wait_timeout = 10
    idle_transaction_timeout = 60
    dns_max_ttl = 5
    tcp_keepalive = 1
    tcp_keepidle = 5
    tcp_keepintvl = 2
    tcp_keepcnt = 3
    tcp_user_timeout = 10000
    ignore_startup_parameters = extra_float_digits
    log_connections = 0
    log_disconnections = 0
    """
        .formatted(
            databases,
            Blueprint.POOLER_PORT,
            size,
            Math.min(pool.min(), size),
            size,
            Pooler.MOST_CLIENTS);
  }

  /**
   * Connections of one pooler to one shard: all poolers together leave room for the rest, also
   * while a roll runs one more of them.
   */
  public static int serverConnections(Pool pool) {
    int room =
        (PostgresParameters.MAX_CONNECTIONS - PostgresParameters.RESERVED_CONNECTIONS)
            / (pool.pooler().instances() + PoolerWorkload.MAX_SURGE);
    return Math.min(room, pool.max() * SHARE_OF_PODS);
  }
}
