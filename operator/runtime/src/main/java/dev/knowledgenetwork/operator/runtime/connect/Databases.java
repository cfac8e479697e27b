package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Opens connections to the instances of a shard, as its superuser or as an application: TLS
 * verified against the ShardSet's own authority, every wait bounded, {@code search_path} pinned for
 * the superuser. A connection costs about 10 ms; the operator needs few and keeps none.
 */
public final class Databases {

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final String SSL_STATE = "08001";

  /** What a spec sets for all sessions is for those of users: ours end by the socket's time-out. */
  private static final String OPTIONS =
      "-c search_path=pg_catalog -c client_min_messages=warning -c statement_timeout=0"
          + " -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c transaction_timeout=0"
          + " -c idle_session_timeout=0";

  /** What is set for sessions of applications is to be in force in this one too. */
  private static final String OPTIONS_OF_APPLICATION = "-c client_min_messages=warning";

  private static final String BY_NAME = "verify-full";
  private static final String BY_AUTHORITY = "verify-ca";

  private final SecretReader secrets;
  private final Addresses addresses;

  /** Where to go, and how it is verified that this is it. */
  private record Server(Addresses.HostPort address, String verified) {}

  /** Credentials come from there. */
  public Databases(SecretReader secrets, Addresses addresses) {
    this.secrets = secrets;
    this.addresses = addresses;
  }

  /**
   * A connection to one database of a shard, at its primary.
   *
   * @param shard of a ShardSet
   * @param answerWithin bounds each wait for the server
   * @throws SQLException also, with state 08001, while the credentials are not there yet
   */
  public Connection open(Target shard, String database, Duration answerWithin) throws SQLException {
    return open(
        shard,
        Names.superuser(shard.name()),
        OPTIONS,
        new Server(addresses.database(shard.namespace(), shard.name(), shard.part()), BY_NAME),
        database,
        answerWithin);
  }

  /**
   * A connection to the applications' database, at the primary of a shard, with the login that they
   * get and all that is set for it.
   *
   * @throws SQLException as above
   */
  public Connection openAsApplication(Target shard, Duration answerWithin) throws SQLException {
    return open(
        shard,
        Names.appLogin(shard.name()),
        OPTIONS_OF_APPLICATION,
        new Server(addresses.database(shard.namespace(), shard.name(), shard.part()), BY_NAME),
        Names.DATABASE,
        answerWithin);
  }

  /**
   * A connection as applications of users have it: through the poolers, with the login of the
   * binding. Settings that it made could reach others, for it is given a server's connection for a
   * transaction at a time.
   *
   * @throws SQLException as above
   */
  public Connection openThroughPooler(Target shard, Duration answerWithin) throws SQLException {
    return open(
        shard,
        Names.databaseBinding(shard.name()),
        "",
        new Server(addresses.pooler(shard.namespace(), shard.name()), BY_NAME),
        Names.pooledDatabase(shard.part()),
        answerWithin);
  }

  /**
   * The same through one of the poolers. A pod has no name of its own, so what is verified is that
   * its certificate is one of this ShardSet's authority.
   *
   * @param address of its pod
   * @throws SQLException as above
   */
  public Connection openThroughPooler(Target shard, String address, Duration answerWithin)
      throws SQLException {
    return open(
        shard,
        Names.databaseBinding(shard.name()),
        "",
        new Server(addresses.pooler(shard.namespace(), shard.name(), address), BY_AUTHORITY),
        Names.pooledDatabase(shard.part()),
        answerWithin);
  }

  /**
   * A connection to one database of a shard, at one of its instances.
   *
   * @param instance name of its pod
   * @throws SQLException as above
   */
  public Connection open(Target shard, String instance, String database, Duration answerWithin)
      throws SQLException {
    return open(
        shard,
        Names.superuser(shard.name()),
        OPTIONS,
        new Server(
            addresses.instance(shard.namespace(), shard.name(), shard.part(), instance), BY_NAME),
        database,
        answerWithin);
  }

  private Connection open(
      Target shard,
      String login,
      String options,
      Server server,
      String database,
      Duration answerWithin)
      throws SQLException {
    String namespace = shard.namespace();
    String shardSet = shard.name();
    Properties properties = new Properties();
    properties.setProperty("user", need(secrets.line(namespace, login, "username")));
    properties.setProperty("password", need(secrets.line(namespace, login, "password")));
    properties.setProperty("sslmode", server.verified());
    properties.setProperty("sslfactory", PinnedSocketFactory.class.getName());
    properties.setProperty(
        PinnedSocketFactory.AUTHORITY,
        need(secrets.secret(namespace, Names.databaseAuthority(shardSet), "tls.crt")));
    properties.setProperty("ApplicationName", "knowledgenetwork-operator");
    properties.setProperty("connectTimeout", seconds(CONNECT));
    properties.setProperty("loginTimeout", seconds(CONNECT));
    properties.setProperty("socketTimeout", seconds(answerWithin));
    if (!options.isEmpty()) {
      properties.setProperty("options", options);
    }
    properties.setProperty("logServerErrorDetail", "false");
    Connection connection =
        new Driver()
            .connect(
                "jdbc:postgresql://"
                    + server.address().host()
                    + ":"
                    + server.address().port()
                    + "/"
                    + database,
                properties);
    if (connection == null) {
      throw new SQLException("the driver refuses the address", SSL_STATE);
    }
    return connection;
  }

  private static String need(Optional<String> value) throws SQLException {
    return value.orElseThrow(() -> new SQLException("credentials are not there yet", SSL_STATE));
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }
}
