package dev.knowledgenetwork.operator.runtime.observe;

import static dev.knowledgenetwork.operator.runtime.kit.LoneDatabase.SHARD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView.Circumstances;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.kit.LoneDatabase;
import dev.knowledgenetwork.operator.runtime.kit.ServiceAt;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A session is opened as applications open theirs, at a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionObserverIT {

  private static final Circumstances CIRCUMSTANCES = new Circumstances(2, 1, "1");
  private static final Addresses.HostPort NOBODY = new Addresses.HostPort("127.0.0.1", 1);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  /** Where the next sessions go; then to the server. */
  private final Deque<Addresses.HostPort> astray = new ArrayDeque<>();

  private LoneDatabase database;
  private SessionObserver observer;

  @BeforeAll
  void start() throws Exception {
    database = new LoneDatabase().prepared();
    database.execute("create database kn_s0");
    database
        .secrets()
        .with(
            "kn-db-binding",
            new Entry.Literal("username", "kn_app"),
            new Entry.Literal("password", database.secrets().value("kn-app", "password")));
  }

  @BeforeEach
  void begin() throws SQLException {
    database.execute("alter role kn_app login");
    astray.clear();
    observer =
        new SessionObserver(
            new Databases(
                database.secrets(), new Pooled(new ServiceAt(database.server().port()), astray)),
            now::get);
    assertThat(refusal()).isEmpty();
  }

  @AfterAll
  void stop() {
    database.close();
  }

  @Test
  void anAnswerIsGoodForHalfAMinuteWhileNothingChanges() throws SQLException {
    database.execute("alter role kn_app nologin");
    assertThat(refusal()).isEmpty();
    now.updateAndGet(time -> time.plusSeconds(30));
    assertThat(refusal()).contains("role \"kn_app\" is not permitted to log in, SQLSTATE 28000");

    // It is asked for again each time from then on.
    database.execute("alter role kn_app login");
    assertThat(refusal()).isEmpty();
  }

  @Test
  void whateverChangesIsAskedAfterAtOnce() throws SQLException {
    database.execute("alter role kn_app nologin");
    for (Circumstances other :
        List.of(
            new Circumstances(1, 1, "1"),
            new Circumstances(2, 2, "1"),
            new Circumstances(2, 1, "2"))) {
      assertThat(observer.ask(SHARD, other).refusal()).as(other.toString()).isPresent();
      begin();
      database.execute("alter role kn_app nologin");
    }
    observer.forget(Owner.of(SHARD));
    assertThat(refusal()).as("another object of that name").isPresent();
  }

  @Test
  void whatIsRefusedOnceIsTriedAgain() {
    now.updateAndGet(time -> time.plusSeconds(30));
    astray.add(NOBODY);
    assertThat(refusal()).isEmpty();
    assertThat(astray).isEmpty();

    now.updateAndGet(time -> time.plusSeconds(30));
    astray.addAll(List.of(NOBODY, NOBODY));
    assertThat(refusal()).contains("no answer, SQLSTATE 08001");
  }

  private Optional<String> refusal() {
    return observer.ask(SHARD, CIRCUMSTANCES).refusal();
  }

  /** The poolers of a ShardSet that are not always where they should be. */
  private record Pooled(Addresses rest, Deque<HostPort> astray) implements Addresses {

    @Override
    public HostPort pooler(String namespace, String shardSet) {
      return Optional.ofNullable(astray.poll()).orElseGet(() -> rest.pooler(namespace, shardSet));
    }

    @Override
    public HostPort database(String namespace, String shardSet, String shard) {
      return rest.database(namespace, shardSet, shard);
    }

    @Override
    public HostPort instance(String namespace, String shardSet, String shard, String pod) {
      return rest.instance(namespace, shardSet, shard, pod);
    }

    @Override
    public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
      return rest.patroni(namespace, shardSet, shard, instances);
    }

    @Override
    public HostPort application(String namespace, String network) {
      return rest.application(namespace, network);
    }

    @Override
    public HostPort cache(String namespace, String cacheTier) {
      return rest.cache(namespace, cacheTier);
    }
  }
}
