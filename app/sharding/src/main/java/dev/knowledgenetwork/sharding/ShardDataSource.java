package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.sharding.Credentials.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/** New connections to one database; the login is read afresh for each. Keeps no password. */
final class ShardDataSource extends PGSimpleDataSource {
  private static final long serialVersionUID = 1L;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /**
   * A database in the network.
   *
   * @param host name that the server's certificate must carry
   * @param port its port
   * @param database its name, or the pooler's name for it
   */
  record Address(String host, int port, String database) {}

  private final transient Credentials credentials;

  /**
   * Describes a database.
   *
   * @param application name that the server's logs and views show
   * @param silence after which a server that does not answer is given up; zero waits for ever
   */
  ShardDataSource(
      Address address,
      Credentials credentials,
      TransportSecurity security,
      String application,
      Duration silence) {
    this.credentials = credentials;
    setServerNames(new String[] {address.host()});
    setPortNumbers(new int[] {address.port()});
    setDatabaseName(address.database());
    setApplicationName(application);
    setConnectTimeout(Math.toIntExact(CONNECT_TIMEOUT.toSeconds()));
    setSocketTimeout(Math.toIntExact(silence.toSeconds()));
    setTcpKeepAlive(true);
    // Details of server errors quote rows; they have no place in logs.
    setLogServerErrorDetail(false);
    switch (security) {
      case TransportSecurity.VerifyFull tls -> {
        setSslMode("verify-full");
        setSslRootCert(tls.authority().toString());
      }
      case TransportSecurity.Plaintext ignored -> setSslMode("disable");
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Login login = credentials.read();
    return getConnection(login.username(), login.password());
  }
}
