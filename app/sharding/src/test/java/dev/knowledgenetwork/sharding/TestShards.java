package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.Credentials.Login;
import dev.knowledgenetwork.topology.Buckets;
import dev.knowledgenetwork.topology.KnSchema;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Endpoint;
import dev.knowledgenetwork.topology.TopologyDocument.Pooler;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;

/**
 * Real PostgreSQL servers, each prepared as a shard the way the operator does it: roles, database
 * {@code kn}, schema {@code kn}, topology of epoch 1. Without TLS, pooler and tables.
 */
public final class TestShards implements AutoCloseable {
  /** Identity of the test's cluster. */
  public static final String CLUSTER = "test-cluster";

  private static final String ROLES =
      """
      create role kn_system nologin;
      create role kn_owner nologin;
      create role kn_migrate login;
      grant kn_owner to kn_migrate;
      create role kn_app login;
      """;

  private static final List<String> DATABASE =
      List.of(
          "create database kn owner kn_owner",
          "revoke all on database kn from public",
          "grant connect on database kn to kn_app, kn_migrate");

  private final List<EmbeddedPostgres> servers = new ArrayList<>();
  private final TopologyDocument topology;

  private TestShards(int count, Map<String, String> settings) {
    try {
      for (int i = 0; i < count; i++) {
        EmbeddedPostgres.Builder builder =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "100")
                .setServerConfig("wal_level", "logical");
        settings.forEach(builder::setServerConfig);
        servers.add(builder.start());
      }
      topology =
          TopologyDocument.first(
              CLUSTER,
              "tenant_id",
              4096,
              150,
              "kn",
              IntStream.range(0, count).mapToObj(this::shard).toList());
      for (int i = 0; i < count; i++) {
        prepare(i);
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
  }

  /** Starts servers, one for each shard; takes a few seconds. */
  public static TestShards start(int count) {
    return new TestShards(count, Map.of());
  }

  /**
   * Starts servers with TLS and writes to a directory what an application finds mounted: {@code
   * topology.json} and {@code ca.crt}.
   */
  public static TestShards startSecured(int count, Path directory) {
    TestCertificate certificate = TestCertificate.issue(directory, "ca");
    TestShards shards =
        new TestShards(
            count,
            Map.of(
                "ssl", "on",
                "ssl_cert_file", certificate.certificate().toString(),
                "ssl_key_file", certificate.key().toString()));
    shards.writeTopology(directory);
    return shards;
  }

  /** Starts servers and applies migrations, those of the platform too. */
  public static TestShards startMigrated(int count, List<String> migrations) {
    TestShards shards = start(count);
    List<String> all = new ArrayList<>(Shards.MIGRATIONS);
    all.addAll(migrations);
    shards.migrator(all.stream().distinct().toList()).migrate(shards.topology());
    return shards;
  }

  /** The topology that the shards were given. */
  public TopologyDocument topology() {
    return topology;
  }

  /** Writes the topology to {@code topology.json} in a directory; the file. */
  public Path writeTopology(Path directory) {
    return writeTopology(directory, topology);
  }

  /** Writes a topology to {@code topology.json} in a directory; the file. */
  public static Path writeTopology(Path directory, TopologyDocument topology) {
    try {
      return Files.writeString(directory.resolve("topology.json"), topology.toJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Settings of a process that runs as {@code kn_app}. */
  public ShardSettings settings(Path topologyFile) {
    return new ShardSettings(
        topologyFile,
        credentials("kn_app"),
        new TransportSecurity.Plaintext(),
        PoolSettings.sized(1, 8),
        Duration.ofSeconds(5));
  }

  /** A login that the servers accept. */
  public static Credentials credentials(String role) {
    return () -> new Login(role, "unused");
  }

  /** A migrator as the migration Job runs it. */
  public SchemaMigrator migrator(List<String> migrations) {
    return migrator(Migrations.ofPlatform(migrations));
  }

  /** A migrator of any application. */
  SchemaMigrator migrator(Migrations migrations) {
    return new SchemaMigrator(
        migrations, credentials("kn_migrate"), new TransportSecurity.Plaintext(), line -> {});
  }

  /** Connection to the database {@code kn} of a shard. */
  public Connection connect(int shard, String role) throws SQLException {
    return DriverManager.getConnection(url(shard, "kn"), role, "unused");
  }

  /** Connection with options of the server's command line, such as {@code -c work_mem=1MB}. */
  Connection connect(int shard, String role, String options) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", role);
    properties.setProperty("options", options);
    return DriverManager.getConnection(url(shard, "kn"), properties);
  }

  /** Connection to another database on the server of a shard. */
  Connection connectTo(String database, int shard, String role) throws SQLException {
    return DriverManager.getConnection(url(shard, database), role, "unused");
  }

  /** Runs statements in the database {@code kn} of a shard. */
  public void execute(int shard, String role, String sql) throws SQLException {
    try (Connection connection = connect(shard, role);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A tenant whose rows live on a shard. */
  public TenantId tenantOn(int shard) {
    return tenantsOn(shard, 1).getFirst();
  }

  /** So many tenants of a shard. */
  public List<TenantId> tenantsOn(int shard, int count) {
    return IntStream.iterate(0, n -> n + 1)
        .mapToObj(n -> new TenantId("tenant-" + n))
        .filter(tenant -> topology.assignment().get(bucket(tenant)) == shard)
        .limit(count)
        .toList();
  }

  /** Bucket of a tenant. */
  public int bucket(TenantId tenant) {
    return new Buckets(topology.buckets()).of(tenant.value());
  }

  /** Publishes a topology in a shard. */
  public void publish(int shard, TopologyDocument document) throws SQLException {
    try (Connection connection = connect(shard, "postgres");
        PreparedStatement statement =
            connection.prepareStatement("select kn.publish(?, ?, ?::jsonb)")) {
      statement.setString(1, CLUSTER);
      statement.setString(2, "s" + shard);
      statement.setString(3, document.toJson());
      statement.execute();
    }
  }

  /** Ends all sessions of a role, as a failover or an administrator would. */
  public void disconnect(int shard, String role) throws SQLException {
    execute(
        shard,
        "postgres",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + role + "'");
  }

  /** Stops a shard's server for good. */
  public void stop(int shard) throws IOException {
    servers.get(shard).close();
  }

  @Override
  public void close() {
    for (EmbeddedPostgres server : servers) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void prepare(int shard) {
    try {
      try (Connection connection =
              DriverManager.getConnection(url(shard, "postgres"), "postgres", "unused");
          Statement statement = connection.createStatement()) {
        statement.execute(ROLES);
        for (String sql : DATABASE) {
          statement.execute(sql);
        }
      }
      execute(shard, "postgres", KnSchema.sql());
      publish(shard, topology);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot prepare shard " + shard, e);
    }
  }

  private Shard shard(int index) {
    int port = servers.get(index).getPort();
    Endpoint server = new Endpoint("localhost", port);
    return new Shard("s" + index, server, server, new Pooler("localhost", port, "kn"));
  }

  private String url(int shard, String database) {
    return "jdbc:postgresql://localhost:" + servers.get(shard).getPort() + "/" + database;
  }
}
