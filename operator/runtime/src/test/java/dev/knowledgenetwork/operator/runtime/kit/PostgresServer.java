package dev.knowledgenetwork.operator.runtime.kit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A real PostgreSQL that, like a shard's primary, takes connections only over TLS and with SCRAM.
 * Tests themselves reach it in the clear, from this machine, as a superuser of their own.
 */
public final class PostgresServer implements AutoCloseable {

  private static final String RULES =
      """
      host    all tester 127.0.0.1/32 trust
      hostssl all all    0.0.0.0/0    scram-sha-256
      """;

  private final EmbeddedPostgres postgres;

  /** Starts with that certificate and password of the superuser postgres. */
  public PostgresServer(String certificate, String key, String password) {
    try {
      postgres =
          EmbeddedPostgres.builder()
              .setServerConfig("password_encryption", "scram-sha-256")
              .setServerConfig("ssl_min_protocol_version", "TLSv1.3")
              .start();
      configure(certificate, key, password);
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("PostgreSQL for tests does not start", e);
    }
  }

  private void configure(String certificate, String key, String password)
      throws IOException, SQLException {
    try (Connection connection =
            DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("alter role postgres password '" + password + "'");
      statement.execute("create role tester superuser login");
      Path data = Path.of(setting(statement, "data_directory"));
      write(data.resolve("server.crt"), certificate, data);
      write(data.resolve("server.key"), key, data);
      Files.writeString(Path.of(setting(statement, "hba_file")), RULES);
      statement.execute("alter system set ssl = on");
      statement.execute("select pg_reload_conf()");
    }
  }

  private static void write(Path file, String text, Path like) throws IOException {
    Files.writeString(file, text, StandardCharsets.US_ASCII);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.setOwner(file, Files.getOwner(like));
  }

  private static String setting(Statement statement, String name) throws SQLException {
    try (var row = statement.executeQuery("show " + name)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Where it listens, on this machine. */
  public int port() {
    return postgres.getPort();
  }

  /** A connection for the test itself. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(postgres.getJdbcUrl("tester", database));
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL for tests does not stop", e);
    }
  }
}
