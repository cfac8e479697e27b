package dev.knowledgenetwork.operator.core.shardset.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ReservedParameters;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.patroni.PostgresParameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownParametersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shared_bufers         | PostgreSQL 17 has no parameter "shared_bufers"; did you mean shared_buffers?
          work_memory           | PostgreSQL 17 has no parameter "work_memory"
          statement_timout      | PostgreSQL 17 has no parameter "statement_timout"; did you mean statement_timeout?
          autovacum_naptime     | PostgreSQL 17 has no parameter "autovacum_naptime"; did you mean autovacuum_naptime?
          time_zone             | PostgreSQL 17 has no parameter "time_zone"; did you mean timezone?
          max_conections        | PostgreSQL 17 has no parameter "max_conections"
          wal_blok_size         | PostgreSQL 17 has no parameter "wal_blok_size"
          jit2                  | PostgreSQL 17 has no parameter "jit2"; did you mean jit?
          jot                   | PostgreSQL 17 has no parameter "jot"
          checkpoint_segments   | PostgreSQL 17 has no parameter "checkpoint_segments"
          wal_segment_size      | PostgreSQL itself sets wal_segment_size: remove it
          """)
  void aNameThatCannotBeSetIsObjectedTo(String name, String objection) {
    assertThat(KnownParameters.objection(name)).contains(objection);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"work_mem", "timezone", "datestyle", "auto_explain.log_min_duration", "a.b"})
  void whatCanBeSetIsNotObjectedTo(String name) {
    assertThat(KnownParameters.objection(name)).isEmpty();
  }

  /** Else a change of it would wait for ever; nor do pods restart for what needs no restart. */
  @ParameterizedTest
  @CsvSource({
    "shared_buffers, true",
    "max_connections, true",
    "wal_level, true",
    "event_source, true",
    "debug_io_direct, true",
    "trace_connection_negotiation, true",
    "work_mem, false",
    "log_min_duration_statement, false",
    "wal_log_hints, false",
    "auto_explain.log_analyze, false"
  })
  void podsRestartForWhatOnlyARestartBringsIntoForce(String name, boolean restart) {
    assertThat(PostgresParameters.needingRestart(Map.of(name, "x")).containsKey(name))
        .isEqualTo(restart);
  }

  /** Another version of PostgreSQL has others: each is looked at before a spec may name it. */
  @Test
  void ofEveryParameterThatASpecMaySetSomebodyDecidedThatItMay() throws IOException {
    Set<String> settable = new TreeSet<>();
    for (String list : List.of("postgresql-17-parameters.txt", "postgresql-17-image.txt")) {
      lines(list)
          .map(line -> line.substring(0, line.indexOf('|')).toLowerCase(Locale.ROOT))
          .filter(name -> KnownParameters.objection(name).isEmpty())
          .filter(name -> ReservedParameters.owner(name).isEmpty())
          .forEach(settable::add);
    }
    assertThat(settable)
        .as(
            "a name that is missing in postgresql-17-users.txt breaks no promise of ours, whatever"
                + " its value, and goes there, or it goes to ReservedParameters")
        .containsExactlyElementsOf(lines("postgresql-17-users.txt").toList());
  }

  private static Stream<String> lines(String resource) throws IOException {
    try (InputStream in = KnownParametersTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines();
    }
  }

  @Test
  void whatTheOperatorSetsIsKnown() {
    Map<String, String> ours = PostgresParameters.of(Sets.set("{}").getSpec());
    assertThat(ours.keySet())
        .hasSizeGreaterThan(20)
        .allMatch(name -> KnownParameters.objection(name).isEmpty());
  }
}
