package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventRetentionIT {

  private static TestShards shards;
  private static Shards storage;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    shards = Notes.shards(1);
    storage = Notes.open(shards, directory);
    // An event at noon of each day of the last nine, and of the next one, for clocks that differ.
    shards.execute(
        0,
        "kn_app",
        """
        insert into events
          (bucket, tenant_id, id, type, kind, resource_id, version, author, day, occurred_at)
        select %d, 'a', gen_random_uuid(), 'note.created', 'note', gen_random_uuid(), 1, 'ann',
            extract(epoch from noon)::bigint / 86400 %% 10, noon
          from (select date_trunc('day', now(), 'UTC') + ago * interval '-1 day'
                  + interval '12 hours' from generate_series(-1, 8) ago) days (noon)
        """
            .formatted(shards.topology().assignment().indexOf(0)));
  }

  @AfterAll
  static void stop() {
    storage.close();
    shards.close();
  }

  private static List<Integer> ages() throws SQLException {
    List<Integer> ages = new ArrayList<>();
    try (Connection connection = shards.connect(0, "kn_app");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select date_part('day', date_trunc('day', now(), 'UTC')"
                    + " - date_trunc('day', occurred_at, 'UTC'))::int from events order by 1")) {
      while (rows.next()) {
        ages.add(rows.getInt(1));
      }
    }
    return ages;
  }

  private static boolean isNoted() throws SQLException {
    try (Connection connection = shards.connect(0, "kn_app");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select expired_until = date_trunc('day', now(), 'UTC') - interval '7 days'"
                    + " and expired_xid = (select min(xid) from events) from event_log")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  @Test
  void whatIsMoreThanSevenDaysOldGoesAndNothingElse() throws SQLException {
    assertThat(ages()).containsExactly(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    EventRetention retention = new EventRetention(storage);

    assertThat(retention.run()).isEmpty();
    assertThat(ages()).containsExactly(-1, 0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(isNoted()).as("what is gone is noted").isTrue();
    assertThat(retention.run()).isEmpty();
    assertThat(ages()).containsExactly(-1, 0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void theRuntimeRoleMayExpireRingsOnly() {
    assertThatThrownBy(() -> shards.execute(0, "kn_app", "truncate events"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    assertThatThrownBy(() -> shards.execute(0, "kn_app", "truncate events_1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    assertThatThrownBy(() -> shards.execute(0, "kn_app", "select expire_day('notes')"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
    assertThatThrownBy(
            () -> shards.execute(0, "kn_app", "update event_log set incarnation = default"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
  }
}
