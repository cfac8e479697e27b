package dev.knowledgenetwork.operator.runtime.observe;

import static dev.knowledgenetwork.operator.runtime.kit.LoneDatabase.SHARD;

import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.Leading;
import dev.knowledgenetwork.operator.runtime.kit.LoneDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A real primary, prepared anew for each test, an observer that asks it, and a clock. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ObservedPrimary {

  static final Leading LEADING = new Leading(Map.of("kn-s0-0", "2026-01-01T00:00:00Z"));

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  LoneDatabase database;
  DatabaseObserver observer;

  @BeforeAll
  void start() {
    database = new LoneDatabase();
  }

  @BeforeEach
  void prepare() throws Exception {
    database.empty().prepared();
    observer = new DatabaseObserver(database.databases(), now::get);
  }

  @AfterAll
  void stop() {
    database.close();
  }

  DatabaseView ask() throws SQLException {
    return observer.ask(SHARD, LEADING);
  }

  void later(int seconds) {
    now.updateAndGet(time -> time.plusSeconds(seconds));
  }
}
