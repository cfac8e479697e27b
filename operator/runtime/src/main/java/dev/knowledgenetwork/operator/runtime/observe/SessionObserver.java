package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView.Circumstances;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView.Pooler;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.connect.Refusal;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Goes the way of applications: a session through the poolers with the login that these are given,
 * and one query. Whenever something changed, and after a refusal, through each of them and by their
 * Service; else, every half minute, through one of them by turn. With 1,000 shards at rest these
 * are 33 sessions a second. Refused is what was refused twice in a row, for a server connection
 * that broke in a failover is refused once.
 */
public final class SessionObserver implements Observer<ShardSet, Circumstances, SessionView> {

  private static final SessionView THROUGH = new SessionView(Optional.empty(), Optional.empty());

  /** A little less than three polls at rest. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(29);

  /** Longer than a pooler waits for its server to take a connection. */
  private static final Duration ANSWER = Duration.ofSeconds(4);

  private final Databases databases;
  private final InstantSource clock;
  private final Map<Target, Accepted> accepted = new ConcurrentHashMap<>();

  /** All that was asked let sessions through, in these circumstances, at that time. */
  private record Accepted(Circumstances circumstances, Instant at, int turn) {}

  /** A way to the shard. */
  private interface Way {
    Connection open() throws SQLException;
  }

  /** Asks through these connections. */
  public SessionObserver(Databases databases, InstantSource clock) {
    this.databases = databases;
    this.clock = clock;
  }

  @Override
  public Fact<SessionView> fact() {
    return SessionView.FACT;
  }

  @Override
  public Map<Target, Circumstances> targets(ShardSet shardSet, Children children) {
    return SessionView.circumstances(shardSet, children)
        .map(
            now ->
                ShardTargets.of(shardSet, children).keySet().stream()
                    .collect(Collectors.toMap(shard -> shard, shard -> now)))
        .orElse(Map.of());
  }

  @Override
  public SessionView ask(Target shard, Circumstances circumstances) throws Exception {
    Accepted last = accepted.get(shard);
    Instant now = clock.instant();
    boolean changed = last == null || !last.circumstances().equals(circumstances);
    if (!changed && now.isBefore(last.at().plus(GOOD_FOR))) {
      return THROUGH;
    }
    int turn = changed ? 0 : last.turn() + 1;
    List<Pooler> poolers = circumstances.poolers();
    if (changed || poolers.isEmpty() || refusal(through(shard, poolers, turn)).isPresent()) {
      SessionView seen = throughAll(shard, poolers);
      if (seen.refusal().isPresent()) {
        accepted.remove(shard);
        return seen;
      }
    }
    accepted.put(shard, new Accepted(circumstances, now, turn));
    return THROUGH;
  }

  private Way through(Target shard, List<Pooler> poolers, int turn) {
    Pooler pooler = poolers.get(turn % poolers.size());
    return () -> databases.openThroughPooler(shard, pooler.address(), ANSWER);
  }

  private SessionView throughAll(Target shard, List<Pooler> poolers) throws Exception {
    Map<String, Future<Optional<String>>> asked = new TreeMap<>();
    Map<String, String> refusals = new TreeMap<>();
    try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int turn = 0; turn < poolers.size(); turn++) {
        Way way = through(shard, poolers, turn);
        asked.put(poolers.get(turn).pod(), asking.submit(() -> refusal(way)));
      }
      for (Map.Entry<String, Future<Optional<String>>> each : asked.entrySet()) {
        each.getValue().get().ifPresent(words -> refusals.put(each.getKey(), words));
      }
    }
    if (refusals.isEmpty()) {
      return new SessionView(
          refusal(() -> databases.openThroughPooler(shard, ANSWER)), Optional.empty());
    }
    Map.Entry<String, String> first = refusals.entrySet().iterator().next();
    return new SessionView(
        Optional.of(first.getValue()),
        Optional.of(first.getKey()).filter(one -> refusals.size() < poolers.size()));
  }

  /** Of two sessions in a row. */
  private static Optional<String> refusal(Way way) {
    return refused(way).flatMap(once -> refused(way));
  }

  private static Optional<String> refused(Way way) {
    try (Connection connection = way.open();
        Statement statement = connection.createStatement()) {
      statement.execute("select 1");
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(Refusal.of(e).text());
    }
  }

  @Override
  public void forget(Owner owner) {
    accepted.keySet().removeIf(owner::has);
  }
}
