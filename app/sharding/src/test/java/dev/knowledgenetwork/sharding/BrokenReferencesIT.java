package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.ReferenceException.Obstacle;
import dev.knowledgenetwork.sharding.ShardTransactions.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL says of constraints, in words of resources. */
class BrokenReferencesIT {
  private static final Route ROUTE = new Route(0, 1, "s0", 5);

  private static TestShards shards;

  @BeforeAll
  static void start() throws SQLException {
    shards = TestShards.start(1);
    shards.execute(
        0,
        "postgres",
        """
        create table boxes (id integer primary key);
        create table things (
          box_id integer constraint things_box_fkey references boxes,
          shelf_id integer constraint what_it_stood_on references boxes,
          crate_id integer constraint things_fkey references boxes,
          size integer constraint things_size_fkey check (size > 0));
        insert into boxes values (1);
        insert into things values (1);
        """);
  }

  @AfterAll
  static void stop() {
    shards.close();
  }

  @Test
  void theFieldIsNamedThatLeadsNowhere() {
    assertThatExceptionOfType(ReferenceException.class)
        .isThrownBy(() -> run(BrokenReferences.ofWritten(sql("update things set box_id = 3"))))
        .returns(new Obstacle.Broken("box"), ReferenceException::obstacle);
  }

  @Test
  void whoStillRefersIsNamed() {
    assertThatExceptionOfType(ReferenceException.class)
        .isThrownBy(() -> run(BrokenReferences.ofDeleted(sql("delete from boxes where id = 1"))))
        .returns(new Obstacle.InUse("things"), ReferenceException::obstacle);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shelf_id = 3", "crate_id = 3", "size = 0"})
  void aConstraintWhoseNameTellsNoReferenceStaysAFailure(String change) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> run(BrokenReferences.ofWritten(sql("update things set " + change))))
        .satisfies(e -> assertThat(e.getSQLState()).startsWith("23"));
  }

  private static Work<Integer> sql(String text) {
    return (connection, route) -> {
      try (Statement statement = connection.createStatement()) {
        return statement.executeUpdate(text);
      }
    };
  }

  private static <T> T run(Work<T> work) throws SQLException {
    try (Connection connection = shards.connect(0, "postgres")) {
      return work.run(connection, ROUTE);
    }
  }
}
