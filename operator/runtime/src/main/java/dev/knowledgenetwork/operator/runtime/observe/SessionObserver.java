package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView.Circumstances;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.connect.Refusal;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Goes the way of applications: a session through the poolers with the login that these are given,
 * and one query. It is good for half a minute; after a refusal each question asks for another one.
 * With 1,000 shards at rest these are 33 sessions a second. Refused is what was refused twice in a
 * row, for a server connection that broke in a failover is refused once.
 */
public final class SessionObserver implements Observer<ShardSet, Circumstances, SessionView> {

  private static final SessionView THROUGH = new SessionView(Optional.empty());

  /** A little less than three polls at rest. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(29);

  /** Longer than a pooler waits for its server to take a connection. */
  private static final Duration ANSWER = Duration.ofSeconds(4);

  private final Databases databases;
  private final InstantSource clock;
  private final Map<Target, Accepted> accepted = new ConcurrentHashMap<>();

  private record Accepted(Circumstances circumstances, Instant at) {}

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
  public SessionView ask(Target shard, Circumstances circumstances) {
    Accepted last = accepted.get(shard);
    Instant now = clock.instant();
    if (last != null
        && last.circumstances().equals(circumstances)
        && now.isBefore(last.at().plus(GOOD_FOR))) {
      return THROUGH;
    }
    Optional<String> refusal = refusal(shard).flatMap(first -> refusal(shard));
    if (refusal.isEmpty()) {
      accepted.put(shard, new Accepted(circumstances, now));
      return THROUGH;
    }
    accepted.remove(shard);
    return new SessionView(refusal);
  }

  private Optional<String> refusal(Target shard) {
    try (Connection connection = databases.openThroughPooler(shard, ANSWER);
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
