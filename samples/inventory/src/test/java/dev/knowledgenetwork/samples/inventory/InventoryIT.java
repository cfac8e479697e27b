package dev.knowledgenetwork.samples.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import dev.knowledgenetwork.topology.Buckets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its own process on two shards with TLS, with what a pod finds mounted. */
class InventoryIT {
  @TempDir private static Path directory;
  private static TestShards shards;

  @BeforeAll
  static void start() throws IOException {
    shards = TestShards.startSecured(2, directory);
    // The platform lives there already, with numbers of its own.
    shards.migrator(Shards.MIGRATIONS).migrate(shards.topology());
    login("kn_app");
    login("kn_migrate");
  }

  @AfterAll
  static void stop() {
    shards.close();
  }

  @Test
  void whatItWritesIsReadBackAndLivesOnTheShardOfItsKeyAlone() throws Exception {
    for (int owner = 0; owner < 2; owner++) {
      String article = shards.tenantOn(owner).value();
      assertThat(run(article)).endsWith(article + ": 10\n");
      assertThat(bucketOf(owner, article)).isEqualTo(new Buckets(4096).of(article));
      assertThat(bucketOf(1 - owner, article)).isEqualTo(-1);
    }
  }

  @Test
  void aShardThatDoesNotOwnTheKeyRefusesItsRows() throws Exception {
    run("bolt");
    int bucket = new Buckets(4096).of("bolt");
    int owner = shards.topology().assignment().get(bucket);
    try (Connection app = shards.connect(1 - owner, "kn_app");
        Statement statement = app.createStatement()) {
      assertThat(refusal(statement, "insert into stock values (" + bucket + ", 'bolt', 1)"))
          .isEqualTo("KN001");
      assertThat(refusal(statement, "delete from schema_history_inventory")).isEqualTo("42501");
    }
  }

  private static String refusal(Statement statement, String sql) {
    try {
      statement.execute(sql);
      return "accepted";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  /** Runs the program; what it printed. */
  private static String run(String article) throws IOException, InterruptedException {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Inventory.class.getName(),
                directory.toString(),
                directory.resolve("kn_app").toString(),
                directory.resolve("kn_migrate").toString(),
                article)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(program.getInputStream().readAllBytes());
    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isZero();
    return printed;
  }

  private static int bucketOf(int shard, String article) throws SQLException {
    try (Connection connection = shards.connect(shard, "kn_app");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select bucket from stock where article = '" + article + "'")) {
      return rows.next() ? rows.getInt(1) : -1;
    }
  }

  private static void login(String role) throws IOException {
    Path login = Files.createDirectories(directory.resolve(role));
    Files.writeString(login.resolve("username"), role);
    Files.writeString(login.resolve("password"), "unused");
  }
}
