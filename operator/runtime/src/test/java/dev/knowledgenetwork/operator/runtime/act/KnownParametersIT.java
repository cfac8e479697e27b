package dev.knowledgenetwork.operator.runtime.act;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.shardset.patroni.SharedMemory;
import dev.knowledgenetwork.operator.core.shardset.rules.KnownParameters;
import dev.knowledgenetwork.operator.runtime.kit.Minted;
import dev.knowledgenetwork.operator.runtime.kit.PostgresServer;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The list that specs are judged by, and the verdicts on values, against the server that both
 * describe. {@code -Dparameters.write=true} writes the list anew.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnownParametersIT {

  private static final Path LIST =
      Path.of(
          "../core/src/main/resources/dev/knowledgenetwork/operator/core/shardset/rules"
              + "/postgresql-17-parameters.txt");

  private static final String QUERY =
      """
      select name, context, vartype, coalesce(unit, ''), coalesce(min_val, ''),
             coalesce(max_val, ''), coalesce(array_to_string(enumvals, ','), '')
        from pg_settings where position('.' in name) = 0 order by name collate "C"
      """;

  /** Words that PostgreSQL takes for some parameters and lists for none. */
  private static final List<String> HIDDEN =
      List.of("true", "false", "yes", "no", "1", "0", "archive", "hot_standby");

  /** Libraries that the images' PostgreSQL has and the tests' has not. */
  private static final Set<String> NOT_BUILT_IN = Set.of("lz4", "zstd");

  /**
   * Numbers and switches of which the server knows more: what the processes are together, the stack
   * that the kernel allows, the libraries it was built with.
   */
  private static final Set<String> LEFT_TO_THE_SERVER =
      Set.of(
          "autovacuum_max_workers",
          "bonjour",
          "max_connections",
          "max_stack_depth",
          "max_wal_senders",
          "max_worker_processes");

  /** What the server says of those that ALTER SYSTEM may not touch. */
  private static final String CANNOT_BE_CHANGED = "55P02";

  private static final String INVALID = "22023";

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "+1",
          "-0.4",
          "0.5",
          "1.5",
          ".5",
          "+.5",
          "-.5",
          "1.",
          "1.e1",
          "1e2",
          "1E2",
          "1e",
          "e1",
          "010",
          "08",
          "08.5",
          "0x10",
          "0X1f",
          "0x",
          "0x1F.8",
          "0x1p3",
          "0b11",
          "2147483647",
          "2147483648",
          "-2147483648",
          "-2147483649",
          "9223372036854775808",
          "99999999999999999999",
          "1e400",
          "1e-400",
          "1.7976931348623157e308",
          "inf",
          "-infinity",
          "nan",
          "1 2",
          "1,5",
          "1_000",
          " 1",
          "1 ",
          "0.4999",
          "cheap",
          "",
          "-",
          ".",
          "1--",
          "-5");

  private static final List<String> UNITS =
      List.of(
          "B", "kB", "MB", "GB", "TB", "us", "ms", "s", "min", "h", "d", "KB", "kb", "mb", "XB",
          "PB", "M", "m", "S", "Min", "sec", "day", "e", "8kB");

  private static final List<String> WORDS =
      List.of(
          "on", "off", "o", "of", "ON", "Off", "t", "tr", "TRUE", "truex", "f", "fals", "y", "ye",
          "yes", "n", "no", "non", "2", "01", "lots", "debug", "info", "fatal", "Replica", " on",
          "on ", "o\u212a");

  private PostgresServer server;
  private Connection connection;
  private List<List<String>> rows;

  @BeforeAll
  void start() throws SQLException {
    Minted secrets =
        new Minted()
            .with("ca", new Entry.Authority("test", true))
            .with("tls", new Entry.Certificate("ca", "server", List.of("server")))
            .with("login", new Entry.Password("password"));
    server =
        new PostgresServer(
            secrets.value("tls", "tls.crt"),
            secrets.value("tls", "tls.key"),
            secrets.value("login", "password"));
    connection = server.connect("postgres");
    rows = rows();
  }

  @AfterAll
  void stop() throws SQLException {
    connection.close();
    server.close();
  }

  @Test
  void theListOfParametersIsTheServers() throws Exception {
    assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(17);
    StringBuilder list = new StringBuilder();
    for (List<String> row : rows) {
      list.append(String.join("|", row)).append('|').append(String.join(",", hidden(row)));
      list.append('\n');
    }
    if (Boolean.getBoolean("parameters.write")) {
      Files.writeString(LIST, list);
    }
    assertThat(LIST).as("run with -Dparameters.write=true").hasContent(list.toString());
  }

  @Test
  void everySettingTakesAndRefusesWhatTheServerDoes() throws SQLException {
    List<String> differences = new ArrayList<>();
    Set<String> untouchable = new TreeSet<>();
    int compared = 0;
    for (List<String> row : rows) {
      for (String value : values(row)) {
        Optional<Boolean> taken = taken(row.getFirst(), value);
        if (taken.isEmpty()) {
          untouchable.add(row.getFirst());
          break;
        }
        compared++;
        differs(row, value, taken.get()).ifPresent(differences::add);
      }
    }
    assertThat(differences).isEmpty();
    assertThat(compared).isGreaterThan(10_000);
    assertThat(untouchable).contains("data_directory", "block_size").doesNotContain("work_mem");
  }

  @Property(tries = 500)
  void aValueAtRandomIsTakenOrRefusedAsTheServerDoes(Draws draws) throws SQLException {
    List<String> row =
        draws.oneOf(rows.stream().filter(each -> !each.get(2).equals("string")).toList());
    String value =
        draws.oneOf(
                List.of(
                    Integer.toString(draws.between(-2, 3000)),
                    Long.toString(draws.anyLong()),
                    draws.between(0, 5000) + "." + draws.between(0, 9999),
                    draws.between(0, 99) + "e" + draws.between(-3, 12),
                    "0x" + Integer.toHexString(draws.between(0, 1 << 24)),
                    "0" + Integer.toOctalString(draws.between(0, 1 << 24))))
            + draws.oneOf(List.of("", " ", "  "))
            + draws.oneOf(Stream.concat(Stream.of(""), UNITS.stream()).toList());
    Optional<Boolean> taken = taken(row.getFirst(), value);
    assertThat(taken.flatMap(verdict -> differs(row, value, verdict))).isEmpty();
  }

  /** As it tells without starting, for which it needs a part of a data directory. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "shared_buffers=32MB wal_buffers=2MB",
        "shared_buffers=32MB wal_buffers=-1",
        "shared_buffers=16GB",
        "shared_buffers=256MB min_dynamic_shared_memory=1000MB",
        "shared_buffers=256MB transaction_buffers=1GB",
        "shared_buffers=256MB multixact_member_buffers=512MB multixact_offset_buffers=512MB",
        "shared_buffers=256MB subtransaction_buffers=1GB commit_timestamp_buffers=1GB",
        "shared_buffers=256MB notify_buffers=1GB serializable_buffers=1GB",
        "shared_buffers=256MB max_pred_locks_per_transaction=100064",
        "shared_buffers=256MB autovacuum_max_workers=10003",
        "shared_buffers=256MB track_activity_query_size=1MB",
        "autovacuum_max_workers=1003 max_pred_locks_per_transaction=1064"
            + " track_activity_query_size=10kB",
      })
  void whatAServerTakesAtItsStartIsReckonedBeforehand(String said, @TempDir Path directory)
      throws Exception {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "max_connections", "200",
                "max_wal_senders", "20",
                "max_worker_processes", "16",
                "shared_buffers", "128MB"));
    Stream.of(said.split(" "))
        .map(setting -> setting.split("="))
        .forEach(setting -> settings.put(setting[0], setting[1]));
    assertThat(SharedMemory.of(settings).bytes() / (1 << 20))
        .isCloseTo(sharedMemorySize(settings, directory), withPercentage(5));
  }

  /** In megabytes. */
  private double sharedMemorySize(Map<String, String> settings, Path directory) throws Exception {
    Path data = Path.of(value("show data_directory"));
    Files.createDirectory(directory.resolve("global"));
    for (String file : List.of("PG_VERSION", "global/pg_control")) {
      Files.copy(data.resolve(file), directory.resolve(file));
    }
    Files.createFile(directory.resolve("postgresql.conf"));
    List<String> command =
        new ArrayList<>(
            List.of(
                value("select setting from pg_config where name = 'BINDIR'") + "/postgres",
                "-C",
                "shared_memory_size",
                "-D",
                directory.toString()));
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return Double.parseDouble(told.strip());
  }

  private String value(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * Bounds and what is just beyond them, bare and in every unit; numbers and words of all kinds.
   */
  private static Set<String> values(List<String> row) {
    Set<String> values = new LinkedHashSet<>();
    switch (row.get(2)) {
      case "integer", "real" -> {
        values.addAll(NUMBERS);
        for (String bound : List.of(row.get(4), row.get(5))) {
          double number = Double.parseDouble(bound);
          values.add(bound);
          for (double near : new double[] {number - 1, number - 0.4, number + 0.4, number + 1}) {
            values.add(near == Math.rint(near) && near < 1e18 ? "" + (long) near : "" + near);
          }
        }
        for (String unit : UNITS) {
          Stream.of("1", "100", "1.5", "200000", "0", "-1").forEach(n -> values.add(n + unit));
          values.add("3 " + unit + " ");
          values.add(row.get(5) + unit);
          values.add(unit);
        }
      }
      case "enum", "bool" -> {
        values.addAll(WORDS);
        values.addAll(HIDDEN);
        words(row)
            .forEach(
                word ->
                    values.addAll(
                        List.of(word, word.toUpperCase(Locale.ROOT), word + "x", " " + word)));
      }
      default -> values.add("");
    }
    return values;
  }

  /** Texts, too, only the server can judge: of these we must take all. */
  private static Optional<String> differs(List<String> row, String value, boolean taken) {
    String name = row.getFirst();
    Optional<String> refusal = KnownParameters.refusal(name.toLowerCase(Locale.ROOT), value);
    boolean weTakeMore = row.get(2).equals("string") || LEFT_TO_THE_SERVER.contains(name);
    return refusal.isEmpty() == taken || refusal.isEmpty() && weTakeMore
        ? Optional.empty()
        : Optional.of(
            "%s = '%s': the server %s, we: %s"
                .formatted(name, value, taken ? "takes it" : "refuses it", refusal));
  }

  /** Whether the server takes the value; empty: it lets nobody set that parameter. */
  private Optional<Boolean> taken(String name, String value) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("alter system set \"%s\" = '%s'".formatted(name, value));
      return Optional.of(true);
    } catch (SQLException refusal) {
      if (refusal.getSQLState().equals(CANNOT_BE_CHANGED)) {
        return Optional.empty();
      }
      assertThat(refusal.getSQLState()).as(refusal.getMessage()).isEqualTo(INVALID);
      return Optional.of(false);
    }
  }

  /** What an enumeration takes besides what it lists. */
  private List<String> hidden(List<String> row) throws SQLException {
    List<String> hidden = new ArrayList<>();
    if (row.get(2).equals("enum")) {
      Set<String> candidates =
          rows.stream().flatMap(KnownParametersIT::words).collect(toCollection(LinkedHashSet::new));
      candidates.addAll(HIDDEN);
      candidates.add("debug");
      candidates.removeAll(words(row).toList());
      for (String word : candidates) {
        if (taken(row.getFirst(), word).orElse(false)) {
          hidden.add(word);
        }
      }
    }
    return hidden;
  }

  private static Stream<String> words(List<String> row) {
    return Arrays.stream(row.get(6).split(",")).filter(word -> !NOT_BUILT_IN.contains(word));
  }

  private List<List<String>> rows() throws SQLException {
    List<List<String>> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet settings = statement.executeQuery(QUERY)) {
      while (settings.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
          row.add(settings.getString(i));
        }
        found.add(row);
      }
    }
    return found;
  }
}
