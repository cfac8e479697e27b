package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.topology.KnSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the fence costs a transaction that writes: the same inserts into a table without it, under
 * the fence of version 1, and under that of today. Rounds take turns and the quickest counts, so
 * that what else the machine does matters little.
 */
class FenceBench {
  private static final int ROUNDS = 40;
  private static final int ROWS = 3_000;
  private static final double MOST = 1.5;

  /** Statements of one transaction and rows of each. */
  private record Shape(String name, int statements, int rows) {}

  /** A way to write: the database that has it, whether its table is fenced. */
  private record Variant(String name, String database, boolean fenced) {}

  @Test
  void aStatementOfAThousandRowsCostsLittleMoreUnderTheFence() throws SQLException {
    try (TestShards shards = TestShards.start(1)) {
      prepare(shards, "version_1", resource("kn-schema/version-1.sql"));
      prepare(shards, "today", KnSchema.sql());
      Shape bulk = new Shape("1000 rows in 1 statement", 1, 1000);
      figure(new Shape("1 row", 1, 1), shards);
      figure(new Shape("10 rows in 10 statements", 10, 1), shards);
      figure(new Shape("10 rows in 1 statement", 1, 10), shards);
      assertThat(figure(bulk, shards)).isLessThan(MOST);
    }
  }

  /** Prints the figures of a shape; what the fence of today costs beside none. */
  private static double figure(Shape shape, TestShards shards) throws SQLException {
    Map<Variant, Double> quickest = new LinkedHashMap<>();
    Variant none = new Variant("no fence", "today", false);
    Variant today = new Variant("today", "today", true);
    quickest.put(none, Double.MAX_VALUE);
    quickest.put(new Variant("version 1", "version_1", true), Double.MAX_VALUE);
    quickest.put(today, Double.MAX_VALUE);
    for (int round = 0; round < ROUNDS; round++) {
      for (Variant variant : quickest.keySet()) {
        try (Connection app = shards.connectTo(variant.database(), 0, "kn_app")) {
          quickest.merge(variant, micros(app, variant, shape), Math::min);
        }
      }
    }
    quickest.forEach(
        (variant, micros) ->
            System.out.printf(
                "%s, %s: %.0f us a transaction, %.2f of that without fence%n",
                shape.name(), variant.name(), micros, micros / quickest.get(none)));
    return quickest.get(today) / quickest.get(none);
  }

  private static double micros(Connection app, Variant variant, Shape shape) throws SQLException {
    int transactions = Math.max(3, ROWS / (shape.statements() * shape.rows()));
    app.setAutoCommit(false);
    String table = variant.fenced() ? "fenced" : "plain";
    try (PreparedStatement enter = app.prepareStatement("select kn.enter(5, 1)");
        PreparedStatement insert =
            app.prepareStatement(
                "insert into " + table + " select 5, n, 'a text' from generate_series(1, ?) n")) {
      insert.setInt(1, shape.rows());
      long began = 0;
      for (int i = -transactions; i < transactions; i++) {
        if (i == 0) {
          began = System.nanoTime();
        }
        enter.execute();
        for (int statement = 0; statement < shape.statements(); statement++) {
          insert.execute();
        }
        app.commit();
      }
      return (System.nanoTime() - began) / 1e3 / transactions;
    }
  }

  private static void prepare(TestShards shards, String database, String schema)
      throws SQLException {
    shards.execute(0, "postgres", "create database " + database + " owner kn_owner");
    try (Connection operator = shards.connectTo(database, 0, "postgres");
        Statement statement = operator.createStatement()) {
      statement.execute(schema);
      statement.execute("insert into kn.bucket_owner values (5, 'owned', 1, 's0')");
      statement.execute(
          """
          create table fenced (bucket int, n int, text text, id bigint generated always as identity,
            primary key (bucket, id));
          create table plain (like fenced including all);
          select kn.distribute('fenced');
          grant insert on plain, fenced to kn_app;
          """);
    }
  }

  private static String resource(String name) {
    try (InputStream in = FenceBench.class.getClassLoader().getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
