package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.sharding.ShardDataSource.Address;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server with TLS 1.3: what is verified, and what is refused. */
class TransportSecurityIT {
  @TempDir private static Path directory;

  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws Exception {
    certificate("server");
    certificate("stranger");
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_min_protocol_version", "TLSv1.3")
            .setServerConfig("ssl_cert_file", directory.resolve("server.crt").toString())
            .setServerConfig("ssl_key_file", directory.resolve("server.key").toString())
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

  /** A self-signed certificate for localhost, and its key, as PEM files. */
  private static void certificate(String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:localhost",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    pem(name + ".crt", "CERTIFICATE", keys.getCertificate("it").getEncoded());
    Path key =
        pem(name + ".key", "PRIVATE KEY", keys.getKey("it", "changeit".toCharArray()).getEncoded());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  private static Path pem(String file, String type, byte[] content) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, body, type));
  }
}
