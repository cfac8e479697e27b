package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.sharding.ResourceTables;
import dev.knowledgenetwork.sharding.TestShards;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the platform expects of the tables of resources beyond their columns. */
class AggregateTablesIT {
  private static final Pattern PARAMETER = Pattern.compile("\\?");

  private static TestShards shards;
  private static Connection connection;

  @BeforeAll
  static void start() throws SQLException {
    shards = TestShards.startMigrated(1, Modules.migrations());
    connection = shards.connect(0, "postgres");
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    shards.close();
  }

  /** So a page does not cost more the more resources there are: none is sorted for it. */
  @Test
  void everyListIsReadFromAnIndexInItsOrder() throws SQLException {
    for (Aggregate kind : Modules.aggregates()) {
      for (Map.Entry<String, String> list : ResourceTables.lists(kind).entrySet()) {
        assertThat(plan(list.getValue()))
            .as(list.getKey())
            .anyMatch(line -> line.contains("Index Scan"))
            .noneMatch(line -> line.contains("Sort"));
      }
    }
  }

  private static List<String> plan(String sql) throws SQLException {
    AtomicInteger number = new AtomicInteger();
    String numbered = PARAMETER.matcher(sql).replaceAll(found -> "\\$" + number.incrementAndGet());
    try (Statement statement = connection.createStatement()) {
      // Without rows the planner would read the table whatever indexes there are.
      statement.execute("set enable_seqscan = off; set enable_bitmapscan = off");
      statement.execute("set plan_cache_mode = force_generic_plan");
      statement.execute("prepare list as " + numbered);
      String values = String.join(", ", Collections.nCopies(number.get(), "null"));
      List<String> plan = lines(statement, "explain (costs off) execute list(" + values + ")");
      statement.execute("deallocate list");
      return plan;
    }
  }

  /** By its name the platform tells which field is wrong, or who still refers. */
  @Test
  void everyReferenceIsAForeignKeyToWhatLives() throws SQLException {
    for (Aggregate kind : Modules.aggregates()) {
      for (Field<?> reference : kind.references()) {
        assertThat(foreignKey(kind.plural() + "_" + reference.name() + "_fkey"))
            .singleElement()
            .asString()
            .startsWith("FOREIGN KEY (bucket, tenant_id, " + reference.name() + "_id, ")
            .endsWith(
                ") REFERENCES "
                    + reference.type().refersTo().orElseThrow()
                    + "(bucket, tenant_id, id, live)");
      }
    }
  }

  private static List<String> foreignKey(String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return lines(
          statement,
          "select pg_get_constraintdef(oid) from pg_constraint where convalidated and conname = '%s'"
              .formatted(name));
    }
  }

  private static List<String> lines(Statement statement, String sql) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    return lines;
  }
}
