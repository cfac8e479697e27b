package dev.knowledgenetwork.operator.runtime.observe;

import static dev.knowledgenetwork.operator.runtime.kit.LoneDatabase.SHARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.operator.core.shardset.patroni.TextParameters;
import dev.knowledgenetwork.operator.runtime.kit.LoneDatabase;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server says of texts before they reach its files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParameterObserverIT {

  private LoneDatabase database;
  private ParameterObserver observer;

  @BeforeAll
  void start() throws Exception {
    database = new LoneDatabase().prepared();
    observer = new ParameterObserver(database.databases());
  }

  @AfterAll
  void stop() {
    database.close();
  }

  @ParameterizedTest
  @CsvSource({
    "log_timezone, Europe/Berlin",
    "timezone, UTC",
    "datestyle, 'SQL, DMY'",
    "client_encoding, LATIN1",
    "log_line_prefix, '%m [%p] '",
    "log_filename, anything",
    "default_text_search_config, pg_catalog.german",
    "wal_consistency_checking, heap"
  })
  void whatItWouldTakeIsTaken(String name, String value) throws SQLException {
    assertThat(ask(name, value)).isEqualTo(new TextParameters(Map.of(name, value), Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          log_timezone               | Mars/Olympus | invalid value for parameter "log_timezone": "Mars/Olympus"
          timezone                   | nowhere      | invalid value for parameter "TimeZone": "nowhere"
          datestyle                  | Gregorian    | invalid value for parameter "DateStyle": "Gregorian"
          client_encoding            | klingon      | invalid value for parameter "client_encoding": "klingon"
          default_text_search_config | volapuk      | invalid value for parameter "default_text_search_config": "volapuk"
          timezone_abbreviations     | Atlantis     | invalid value for parameter "timezone_abbreviations": "Atlantis"
          wal_consistency_checking   | everything   | invalid value for parameter "wal_consistency_checking": "everything"
          lc_messages                | xx_YY        | invalid value for parameter "lc_messages": "xx_YY"
          """)
  void whatItWouldNotTakeIsToldInItsWords(String name, String value, String words)
      throws SQLException {
    assertThat(ask(name, value).refused()).isEqualTo(Map.of(name, words));
  }

  @Test
  void askingChangesNothing() throws SQLException {
    ask("timezone", "Asia/Tokyo");
    assertThat(database.column("select name from pg_settings where setting = 'Asia/Tokyo'"))
        .isEmpty();
  }

  @Test
  void beforeTheSchemaIsThereNobodyTells() {
    try (LoneDatabase empty = new LoneDatabase()) {
      assertThatThrownBy(
              () -> new ParameterObserver(empty.databases()).ask(SHARD, Map.of("timezone", "UTC")))
          .isInstanceOf(SQLException.class);
    }
  }

  private TextParameters ask(String name, String value) throws SQLException {
    return observer.ask(SHARD, Map.of(name, value));
  }
}
