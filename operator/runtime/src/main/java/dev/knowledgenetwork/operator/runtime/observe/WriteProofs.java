package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.topology.WriteRefusal;
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

/**
 * Has primaries prove that they take writes: one statement under the fence, committed by itself.
 *
 * <p>It is committed, because one that is rolled back reaches neither the disk nor a synchronous
 * replica, and both may refuse. But each one feeds the archive and every replication slot: some 170
 * bytes of WAL, and up to 8 KiB after a checkpoint, in a database in which nothing else may happen.
 * So an accepted one is good for 30 s, unless something changed that could void it; after a refusal
 * each question asks for another. With 1,000 shards at rest these are 33 commits a second over all
 * of them, 2,880 a day in each, over connections that are open for other questions anyway.
 */
final class WriteProofs {

  /** A little less than three polls at rest. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(29);

  /** Bounds waits inside of the statement, as for a lock. */
  private static final String BOUNDED = "set statement_timeout = '3s'";

  /**
   * Bounds also the wait of the commit for a synchronous replica, which PostgreSQL's own time limit
   * leaves out: the driver cancels it, and the server warns that it did not wait.
   */
  private static final int SECONDS = 4;

  private static final String PROVE = "select kn.prove_write()";

  private final InstantSource clock;
  private final Map<Target, Accepted> accepted = new ConcurrentHashMap<>();

  private record Accepted(String circumstances, Instant at) {}

  WriteProofs(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Why the primary takes no write; empty where it took one now, or lately in the same
   * circumstances.
   *
   * @param circumstances changes where an earlier proof says nothing of now
   */
  Optional<WriteRefusal> refusal(Target shard, String circumstances, Connection connection) {
    Accepted last = accepted.get(shard);
    Instant now = clock.instant();
    if (last != null
        && last.circumstances().equals(circumstances)
        && now.isBefore(last.at().plus(GOOD_FOR))) {
      return Optional.empty();
    }
    Optional<WriteRefusal> refusal = proved(connection);
    if (refusal.isEmpty()) {
      accepted.put(shard, new Accepted(circumstances, now));
    } else {
      accepted.remove(shard);
    }
    return refusal;
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
