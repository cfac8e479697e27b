package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceIds;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.sharding.Outbox.Verb;
import dev.knowledgenetwork.sharding.ShardTransactions.Write;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the event's row costs a writer: transactions a second of one process on one embedded shard,
 * the same statements with and without it, in turns so that both meet the same noise.
 */
class OutboxBench {

  private static final Duration TURN = Duration.ofSeconds(2);
  private static final int ROUNDS = 7;
  private static final int CLIENTS = 8;
  private static final Field<String> TITLE = Field.required("title", FieldTypes.line(100));
  private static final Aggregate NOTES =
      new Aggregate("note", "notes", List.of(TITLE), List.of(), List.of(), List.of(), 1 << 16);

  private final TenantId tenant = new TenantId("acme");
  private final ResourceIds ids = new ResourceIds(InstantSource.system(), new SecureRandom());
  private final ResourceStatements sql = new ResourceStatements(NOTES);
  private final Outbox outbox = new Outbox(NOTES, ids);
  @TempDir private Path directory;
  private TestShards shards;
  private Shards storage;

  @BeforeEach
  void start() {
    shards = TestShards.startMigrated(1, Notes.MIGRATIONS);
    storage =
        Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry());
  }

  @AfterEach
  void stop() {
    storage.close();
    shards.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATED", "UPDATED"})
  void anEventCostsLessThanHalfOfItsChange(Verb verb) throws InterruptedException {
    assertThat(ratio(verb)).isGreaterThan(0.5);
  }

  private double ratio(Verb verb) throws InterruptedException {
    rate(verb, true);
    rate(verb, false);
    double with = 0;
    double without = 0;
    for (int round = 0; round < ROUNDS; round++) {
      with += rate(verb, true) / ROUNDS;
      without += rate(verb, false) / ROUNDS;
    }
    System.out.printf(
        "%s, %d clients: %.0f/s with the event's row, %.0f/s without, ratio %.2f%n",
        verb, CLIENTS, with, without, with / without);
    return with / without;
  }

  private double rate(Verb verb, boolean telling) throws InterruptedException {
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + TURN.toNanos();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int client = 0; client < CLIENTS; client++) {
        clients.execute(
            () -> {
              ResourceId own = ids.next();
              create(own, false);
              for (long version = 1; System.nanoTime() < end; version++) {
                switch (verb) {
                  case CREATED -> create(ids.next(), telling);
                  default -> patch(own, version, telling);
                }
                done.incrementAndGet();
              }
            });
      }
    }
    return done.get() / (double) TURN.toSeconds();
  }

  private void create(ResourceId id, boolean telling) {
    Values values = Values.NONE.with(TITLE, "title");
    run(
        (connection, route) -> {
          String change = sql.create();
          String text = telling ? Outbox.telling(Verb.CREATED, change) : change;
          try (PreparedStatement statement = route.enter(connection, text)) {
            int at = key(statement, Route.ENTER_PARAMETERS + 1, route, id);
            statement.setString(at++, "ann");
            at = ResourceRows.bind(statement, at, values.fields(), values::plain);
            tell(
                statement,
                at,
                Verb.CREATED,
                new Outbox.Subject(route.bucket(), tenant, id),
                telling);
          }
        });
  }

  private void patch(ResourceId id, long version, boolean telling) {
    Changes changes = Changes.NONE.with(TITLE, new Change.Replace<>("title " + version));
    run(
        (connection, route) -> {
          String change = sql.patch(changes);
          String text = telling ? Outbox.telling(Verb.UPDATED, change) : change;
          try (PreparedStatement statement = route.enter(connection, text)) {
            int first = Route.ENTER_PARAMETERS + 1;
            int at = ResourceRows.bind(statement, first, changes.fields(), changes::plain);
            at = key(statement, at, route, id);
            statement.setLong(at++, version);
            tell(
                statement,
                at,
                Verb.UPDATED,
                new Outbox.Subject(route.bucket(), tenant, id),
                telling);
          }
        });
  }

  private int key(PreparedStatement statement, int first, Route route, ResourceId id)
      throws SQLException {
    statement.setInt(first, route.bucket());
    statement.setString(first + 1, tenant.value());
    statement.setObject(first + 2, id.value());
    return first + 3;
  }

  private void tell(
      PreparedStatement statement, int at, Verb verb, Outbox.Subject subject, boolean telling)
      throws SQLException {
    if (telling) {
      outbox.bind(statement, at, verb, subject);
    }
    if (!Route.rows(statement).next()) {
      throw new IllegalStateException("nothing was changed");
    }
  }

  /** Statements of a transaction. */
  private interface Statements {
    void run(Connection connection, Route route) throws SQLException;
  }

  private void run(Statements statements) {
    storage
        .transactions()
        .write(
            "bench",
            tenant.value(),
            new Write<>(
                (connection, route) -> {
                  statements.run(connection, route);
                  return true;
                },
                () -> false,
                false));
  }
}
