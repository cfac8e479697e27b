package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Endpoint;
import dev.knowledgenetwork.topology.TopologyDocument.Pooler;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several applications on one ShardSet. */
class ApplicationsIT {

  private static final Migrations PLATFORM = Migrations.ofPlatform(Shards.MIGRATIONS);
  private static final Migrations NOTES = Migrations.of("notes", Notes.MIGRATIONS);
  private static final Migrations PRICES = Migrations.of("prices", List.of("V1__prices.sql"));

  private static final String RECORDS =
      "select string_agg(h::text, ';' order by installed_rank) from %s h";

  private TestShards shards;

  @BeforeEach
  void start() {
    shards = TestShards.start(1);
  }

  @AfterEach
  void stop() {
    shards.close();
  }

  private void migrate(Migrations migrations) {
    shards.migrator(migrations).migrate(shards.topology());
  }

  private List<String> applied(Migrations migrations) throws SQLException {
    List<String> scripts = new ArrayList<>();
    try (Connection connection = shards.connect(0, "kn_app");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select script from "
                    + migrations.history()
                    + " where type = 'SQL' order by installed_rank")) {
      while (rows.next()) {
        scripts.add(rows.getString(1));
      }
    }
    return scripts;
  }

  @Test
  void eachHasNumbersOfItsOwnInWhateverOrderTheyCome() throws SQLException {
    for (int run = 0; run < 2; run++) {
      migrate(PRICES);
      migrate(PLATFORM);
      migrate(NOTES);
    }
    assertThat(applied(PRICES)).containsExactly("V1__prices.sql");
    assertThat(applied(PLATFORM)).containsExactlyElementsOf(Shards.MIGRATIONS);
    assertThat(applied(NOTES)).containsExactly("V1__notes.sql", "V2__notes_by_label.sql");
  }

  @Test
  void allMayComeAtOnce() throws SQLException {
    Stream.of(PRICES, PLATFORM, NOTES, PRICES, PLATFORM, NOTES)
        .map(
            migrations ->
                CompletableFuture.runAsync(() -> migrate(migrations), Thread::startVirtualThread))
        .toList()
        .forEach(CompletableFuture::join);
    assertThat(applied(PRICES)).hasSize(1);
    assertThat(applied(PLATFORM)).hasSize(2);
    assertThat(applied(NOTES)).hasSize(2);
  }

  @Test
  void noneCanWriteAHistoryAtRunTime() throws SQLException {
    migrate(PLATFORM);
    migrate(PRICES);
    try (Connection app = shards.connect(0, "kn_app");
        Statement statement = app.createStatement()) {
      for (Migrations migrations : List.of(PLATFORM, PRICES)) {
        assertThatThrownBy(() -> statement.execute("delete from " + migrations.history()))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
  }

  @Test
  void scriptsThatDoNotFitAHistoryAreRefusedInWordsOfWhatToDo() {
    migrate(NOTES);
    assertThat(refusal(new Migrations(NOTES.history(), PRICES.files())))
        .contains("V1 (notes) was applied from another script", "schema_history_notes")
        .doesNotContainIgnoringCase("repair");
    assertThat(refusal(new Migrations(NOTES.history(), List.of("V2__notes_by_label.sql"))))
        .contains("V1 (notes) was applied and is not among the scripts")
        .doesNotContainIgnoringCase("repair");
  }

  @Test
  void aMigrationThatComesAfterLaterOnesIsRefused() {
    migrate(new Migrations(PLATFORM.history(), List.of("V20__events.sql")));
    assertThat(refusal(PLATFORM)).contains("V3 (idempotent requests) comes after later ones");
  }

  /** Migrates as it was done when all applications had the history of the platform. */
  private void migrateAsBefore(List<String> files) {
    int port = shards.topology().shards().getFirst().primary().port();
    Flyway.configure()
        .dataSource("jdbc:postgresql://localhost:" + port + "/kn", "kn_migrate", "unused")
        .initSql("set role kn_owner; set search_path = public")
        .table("flyway_schema_history")
        .defaultSchema("public")
        .createSchemas(false)
        .resourceProvider(new MigrationScripts(files))
        .failOnMissingLocations(false)
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load()
        .migrate();
  }

  private String value(String select) throws SQLException {
    try (Connection connection = shards.connect(0, "postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getString(1);
    }
  }

  private void writeANote() throws SQLException {
    TenantId tenant = shards.tenantOn(0);
    shards.execute(
        0,
        "postgres",
        "insert into notes (bucket, tenant_id, id, title, author) values (%d, '%s', '%s', 'kept', 'a')"
            .formatted(shards.bucket(tenant), tenant.value(), UUID.randomUUID()));
  }

  @Test
  void theHistoryOfAPlatformGoesOnWhereTheVersionBeforeLeftIt() throws SQLException {
    List<String> files = new ArrayList<>(Shards.MIGRATIONS);
    files.add("V1__notes.sql");
    migrateAsBefore(files);
    writeANote();
    String records = value(RECORDS.formatted("flyway_schema_history"));

    migrate(PRICES);
    migrate(Migrations.ofPlatform(files));
    assertThat(value(RECORDS.formatted("flyway_schema_history"))).isEqualTo(records);
    assertThat(value("select title from notes")).isEqualTo("kept");
    assertThat(applied(PRICES)).containsExactly("V1__prices.sql");
  }

  @Test
  void anApplicationTakesTheHistoryThatTheVersionBeforeHasWrittenForIt() throws SQLException {
    migrateAsBefore(List.of("V1__notes.sql"));
    writeANote();
    String records = value(RECORDS.formatted("flyway_schema_history"));

    migrate(PRICES);
    migrate(NOTES);
    assertThat(value(RECORDS.formatted("schema_history_notes"))).startsWith(records + ";");
    assertThat(applied(NOTES)).containsExactly("V1__notes.sql", "V2__notes_by_label.sql");
    assertThat(value("select title from notes")).isEqualTo("kept");

    migrate(PLATFORM);
    migrate(NOTES);
    assertThat(applied(PLATFORM)).containsExactlyElementsOf(Shards.MIGRATIONS);
  }

  private String refusal(Migrations migrations) {
    try {
      migrate(migrations);
      return "accepted";
    } catch (MigrationFailedException e) {
      assertThat(e.shard()).isEqualTo("s0");
      return e.getMessage() + (e.getCause() == null ? "" : e.getCause());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Notes", "1st", "a-b", "a; drop table notes", "a\"b"})
  void aNameThatCannotNameATableIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Migrations.of(name, List.of()));
  }

  @Test
  void whoIsNotLetThroughIsToldOfTheLabel(@TempDir Path directory) throws IOException {
    try (ServerSocket full = new ServerSocket(0, 1)) {
      List<Socket> waiting = fill(full);
      TopologyDocument unreachable = at(full.getLocalPort());
      assertThatThrownBy(() -> shards.migrator(PRICES).migrate(unreachable))
          .isInstanceOf(MigrationFailedException.class)
          .hasMessageContaining("knowledgenetwork.dev/database-client");
      try (Shards storage =
          Shards.open(shards.settings(TestShards.writeTopology(directory, unreachable)))) {
        assertThatThrownBy(
                () -> storage.transactions().read("any", "key", (connection, route) -> 1))
            .hasMessageContaining("knowledgenetwork.dev/database-client");
      }
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** From then on its kernel answers nobody, as where a policy drops what comes. */
  private static List<Socket> fill(ServerSocket server) throws IOException {
    List<Socket> waiting = new ArrayList<>();
    while (true) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(new InetSocketAddress("localhost", server.getLocalPort()), 500);
      } catch (SocketTimeoutException e) {
        return waiting;
      }
    }
  }

  private TopologyDocument at(int port) {
    Endpoint server = new Endpoint("localhost", port);
    return TopologyDocument.first(
        TestShards.CLUSTER,
        "tenant_id",
        4096,
        150,
        "kn",
        List.of(new Shard("s0", server, server, new Pooler("localhost", port, "kn"))));
  }
}
