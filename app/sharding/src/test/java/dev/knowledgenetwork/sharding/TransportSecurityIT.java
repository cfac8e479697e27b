package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.sharding.ShardDataSource.Address;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server with TLS 1.3: what is verified, and what is refused. */
class TransportSecurityIT {
  @TempDir private static Path directory;

  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    TestCertificate certificate = TestCertificate.issue(directory, "server");
    TestCertificate.issue(directory, "stranger");
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_min_protocol_version", "TLSv1.3")
            .setServerConfig("ssl_cert_file", certificate.certificate().toString())
            .setServerConfig("ssl_key_file", certificate.key().toString())
            .start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Test
  void aServerWhoseAuthorityAndNameFitIsTrustedAndTheConnectionIsTls13() throws SQLException {
    try (Connection connection = connect("localhost", "server");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select version from pg_stat_ssl where pid = pg_backend_pid()")) {
      rows.next();
      assertThat(rows.getString(1)).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void anotherAuthorityIsRefused() {
    assertThatThrownBy(() -> connect("localhost", "stranger"))
        .isInstanceOf(SQLException.class)
        .hasStackTraceContaining("PKIX");
  }

  @Test
  void anotherNameIsRefused() {
    assertThatThrownBy(() -> connect("127.0.0.1", "server"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("could not be verified");
  }

  private static Connection connect(String host, String authority) throws SQLException {
    return new ShardDataSource(
            new Address(host, server.getPort(), "postgres"),
            TestShards.credentials("postgres"),
            new TransportSecurity.VerifyFull(directory.resolve(authority + ".crt")),
            "test",
            Duration.ofSeconds(5))
        .getConnection();
  }
}
