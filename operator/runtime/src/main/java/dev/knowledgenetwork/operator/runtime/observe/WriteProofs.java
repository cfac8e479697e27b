package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.topology.WriteRefusal;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.connect.Refusal;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Has primaries prove that users are served: a login as an application, with its password and the
 * settings of its role, and one write under the fence, committed by itself. What is refused to the
 * application and not to a superuser is refused here too. Only where the server has no slot for
 * another connection a superuser makes the write.
 *
 * <p>It is committed, because one that is rolled back reaches neither the disk nor a synchronous
 * replica, and both may refuse. But each one feeds the archive and every replication slot: some 170
 * bytes of WAL, and up to 8 KiB after a checkpoint, in a database in which nothing else may happen.
 * So an accepted one is good for 30 s, unless something changed that could void it; after a refusal
 * each question asks for another. With 1,000 shards at rest these are 33 commits a second over all
 * of them, 2,880 a day in each, and as many short sessions.
 */
final class WriteProofs {

  /** A little less than three polls at rest. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(29);

  /**
   * How long a password that is not taken says nothing: it is being changed, and users have both.
   */
  private static final Duration PASSWORD_CHANGES = Duration.ofMinutes(2);

  /** Longer than a write may take. */
  private static final Duration ANSWER = Duration.ofSeconds(8);

  /** Bounds waits inside of the statement, as for a lock; what is set to less stays in force. */
  private static final String BOUNDED =
      """
      select set_config('statement_timeout', '3s', false)
        where current_setting('statement_timeout')::interval not between '1 ms' and '3 s'
      """;

  /**
   * Bounds also the wait of the commit for a synchronous replica, which PostgreSQL's own time limit
   * leaves out: the driver cancels it, and the server warns that it did not wait.
   */
  private static final int SECONDS = 4;

  /** The second part as the application itself: the first works with the rights of its owner. */
  private static final String PROVE =
      """
      select kn.prove_write();
      select kn.enter(o.bucket, b.epoch), kn.read(o.bucket, b.epoch)
        from kn.owned_bucket o join kn.bucket_owner b using (bucket) order by o.bucket limit 1
      """;

  private final Databases databases;
  private final InstantSource clock;
  private final Map<Target, Accepted> accepted = new ConcurrentHashMap<>();

  private record Accepted(String circumstances, Instant at) {}

  WriteProofs(Databases databases, InstantSource clock) {
    this.databases = databases;
    this.clock = clock;
  }

  /**
   * Why the primary takes no write; empty where it took one now, or lately in the same
   * circumstances.
   *
   * @param circumstances changes where an earlier proof says nothing of now
   * @param superuser an open connection, for the proof where applications find no slot
   */
  Optional<WriteRefusal> refusal(Target shard, String circumstances, Connection superuser)
      throws SQLException {
    Accepted last = accepted.get(shard);
    Instant now = clock.instant();
    if (last != null
        && last.circumstances().equals(circumstances)
        && now.isBefore(last.at().plus(GOOD_FOR))) {
      return Optional.empty();
    }
    Connection opened;
    try {
      opened = databases.openAsApplication(shard, ANSWER);
    } catch (SQLException e) {
      // Users are served over the connections that poolers have open.
      return Refusal.of(e).forWantOfSlots()
          ? kept(shard, new Accepted(circumstances, now), proved(superuser))
          : unopened(shard, e, last, now);
    }
    try (Connection application = opened) {
      return kept(shard, new Accepted(circumstances, now), proved(application));
    }
  }

  private Optional<WriteRefusal> kept(
      Target shard, Accepted proof, Optional<WriteRefusal> refusal) {
    if (refusal.isEmpty()) {
      accepted.put(shard, proof);
    } else {
      accepted.remove(shard);
    }
    return refusal;
  }

  /** The Secret may have lost its password, or have one that the database is about to get. */
  private Optional<WriteRefusal> unopened(
      Target shard, SQLException refused, @Nullable Accepted last, Instant now)
      throws SQLException {
    Refusal said = Refusal.of(refused);
    if (last != null
        && (said.ofPassword() || !said.answered())
        && now.isBefore(last.at().plus(PASSWORD_CHANGES))) {
      return Optional.empty();
    }
    if (!said.answered()) {
      throw refused;
    }
    accepted.remove(shard);
    return Optional.of(refusal(refused));
  }

  private static Optional<WriteRefusal> proved(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(BOUNDED);
      statement.setQueryTimeout(SECONDS);
      statement.execute(PROVE);
      SQLWarning warning = statement.getWarnings();
      return Optional.ofNullable(warning).map(WriteProofs::refusal);
    } catch (SQLException refused) {
      return Optional.of(refusal(refused));
    }
  }

  /** In PostgreSQL's words. */
  static WriteRefusal refusal(SQLException refused) {
    Refusal said = Refusal.of(refused);
    return new WriteRefusal(said.state(), said.words(), said.hint());
  }

  void forget(Owner owner) {
    accepted.keySet().removeIf(owner::has);
  }
}
