package dev.knowledgenetwork.operator.runtime.observe;

import static dev.knowledgenetwork.operator.runtime.kit.LoneDatabase.SHARD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView.Circumstances;
import dev.knowledgenetwork.operator.core.shardset.pooler.SessionView.Pooler;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.kit.LoneDatabase;
import dev.knowledgenetwork.operator.runtime.kit.ServiceAt;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A session is opened as applications open theirs, at a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionObserverIT {

  private static final Circumstances CIRCUMSTANCES = new Circumstances(2, 1, "1", List.of());
  private static final String DEAF = "10.0.0.9";
  private static final Addresses.HostPort NOBODY = new Addresses.HostPort("127.0.0.1", 1);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  /** Where the next sessions go; then to the server. */
  private final Deque<Addresses.HostPort> astray = new ArrayDeque<>();

  /** Addresses of pods that do not answer. */
  private final Set<String> frozen = new HashSet<>();

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
  void begin() throws Exception {
    database.execute("alter role kn_app login");
    astray.clear();
    frozen.clear();
    frozen.add(DEAF);
    observer =
        new SessionObserver(
            new Databases(
                database.secrets(),
                new Pooled(new ServiceAt(database.server().port()), astray, frozen)),
            now::get);
    assertThat(refusal()).isEmpty();
  }

  @AfterAll
  void stop() {
    database.close();
  }

  @Test
  void anAnswerIsGoodForHalfAMinuteWhileNothingChanges() throws Exception {
    database.execute("alter role kn_app nologin");
    assertThat(refusal()).isEmpty();
    now.updateAndGet(time -> time.plusSeconds(30));
    assertThat(refusal()).contains("role \"kn_app\" is not permitted to log in, SQLSTATE 28000");

    // It is asked for again each time from then on.
    database.execute("alter role kn_app login");
    assertThat(refusal()).isEmpty();
  }

  @Test
  void whateverChangesIsAskedAfterAtOnce() throws Exception {
    database.execute("alter role kn_app nologin");
    for (Circumstances other :
        List.of(
            new Circumstances(1, 1, "1", List.of()),
            new Circumstances(2, 2, "1", List.of()),
            new Circumstances(2, 1, "2", List.of()))) {
      assertThat(observer.ask(SHARD, other).refusal()).as(other.toString()).isPresent();
      begin();
      database.execute("alter role kn_app nologin");
    }
    observer.forget(Owner.of(SHARD));
    assertThat(refusal()).as("another object of that name").isPresent();
  }

  @Test
  void whatIsRefusedOnceIsTriedAgain() throws Exception {
    now.updateAndGet(time -> time.plusSeconds(30));
    astray.add(NOBODY);
    assertThat(refusal()).isEmpty();
    assertThat(astray).isEmpty();

    now.updateAndGet(time -> time.plusSeconds(30));
    astray.addAll(List.of(NOBODY, NOBODY));
    assertThat(refusal()).contains("no answer, SQLSTATE 08001");
  }

  /** Behind one Service: half of the sessions of users meet each. */
  @Test
  void eachPoolerIsAskedAndTheOneThatRefusesIsNamed() throws Exception {
    Circumstances two =
        new Circumstances(2, 1, "1", List.of(new Pooler("a", "10.0.0.1"), new Pooler("b", DEAF)));
    assertThat(observer.ask(SHARD, two))
        .isEqualTo(new SessionView(Optional.of("no answer, SQLSTATE 08001"), Optional.of("b")));

    Circumstances deaf =
        new Circumstances(2, 1, "1", List.of(new Pooler("a", DEAF), new Pooler("b", DEAF)));
    assertThat(observer.ask(SHARD, deaf))
        .isEqualTo(new SessionView(Optional.of("no answer, SQLSTATE 08001"), Optional.empty()));
  }

  @Test
  void atRestOneIsAskedByTurn() throws Exception {
    Circumstances two =
        new Circumstances(
            2, 1, "1", List.of(new Pooler("a", "10.0.0.1"), new Pooler("b", "10.0.0.2")));
    assertThat(observer.ask(SHARD, two).refusal()).isEmpty();

    frozen.add("10.0.0.2");
    int asked = 0;
    while (observer.ask(SHARD, two).pod().isEmpty() && asked < 4) {
      now.updateAndGet(time -> time.plusSeconds(30));
      asked++;
    }
    assertThat(observer.ask(SHARD, two).pod()).contains("b");
    assertThat(asked).isLessThanOrEqualTo(2);
  }

  private Optional<String> refusal() throws Exception {
    return observer.ask(SHARD, CIRCUMSTANCES).refusal();
  }

  /** The poolers of a ShardSet that are not always where they should be. */
  private record Pooled(Addresses rest, Deque<HostPort> astray, Set<String> frozen)
      implements Addresses {

    @Override
    public HostPort pooler(String namespace, String shardSet) {
      return Optional.ofNullable(astray.poll()).orElseGet(() -> rest.pooler(namespace, shardSet));
    }

    @Override
    public HostPort pooler(String namespace, String shardSet, String address) {
      return frozen.contains(address) ? NOBODY : rest.pooler(namespace, shardSet);
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
