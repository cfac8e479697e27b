package dev.knowledgenetwork.operator.core.shardset.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.patroni.PostgresParameters;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That all this is as the server does it, for every parameter, KnownParametersIT proves. */
class ParameterValuesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          work_mem                  | 64XB  | "64XB" is no valid value: PostgreSQL 17 takes 64kB to 2147483647kB; units are B, kB, MB, GB, TB
          work_mem                  | 1kB   | "1kB" is outside the valid range: PostgreSQL 17 takes 64kB to 2147483647kB; units are B, kB, MB, GB, TB
          max_parallel_workers      | -5    | "-5" is outside the valid range: PostgreSQL 17 takes a whole number, 0 to 1024
          wal_compression           | lots  | "lots" is no valid value: PostgreSQL 17 takes pglz, lz4, zstd, on, off
          random_page_cost          | cheap | "cheap" is no valid value: PostgreSQL 17 takes a number, 0 or more
          jit                       | maybe | "maybe" is no valid value: PostgreSQL 17 takes on, off, true, false, yes, no, 1, 0
          shared_buffers            | 64kB  | "64kB" is outside the valid range: PostgreSQL 17 takes 128kB to 8589934584kB; units are B, kB, MB, GB, TB
          statement_timeout         | 1day  | "1day" is no valid value: PostgreSQL 17 takes 0 to 2147483647ms; units are us, ms, s, min, h, d
          log_min_duration_statement | -2   | "-2" is outside the valid range: PostgreSQL 17 takes -1 to 2147483647ms; units are us, ms, s, min, h, d
          vacuum_buffer_usage_limit | 64kB  | "64kB" is no valid value: PostgreSQL 17 takes 0 or 128kB to 16777216kB only
          transaction_buffers       | 17    | "17" is no valid value: PostgreSQL 17 takes multiples of 16 only
          seq_page_cost             | 1MB   | "1MB" is no valid value: PostgreSQL 17 takes a number, 0 or more
          """)
  void whatPostgresqlWouldRefuseIsObjectedToWithWhatItTakes(
      String name, String value, String objection) {
    assertThat(KnownParameters.objection(name, value)).contains(objection);
  }

  @ParameterizedTest
  @CsvSource({
    "work_mem, 64MB",
    "work_mem, 1.5 GB",
    "work_mem, 0x1000",
    "work_mem, ' 64 kB '",
    "work_mem, 65536B",
    "wal_writer_delay, 1s",
    "wal_buffers, -1",
    "autovacuum_vacuum_cost_delay, 500us",
    "random_page_cost, 1e2",
    "jit, YES",
    "wal_compression, LZ4",
    "wal_compression, 'true'",
    "search_path, whatever",
    "timezone, nowhere",
    "auto_explain.log_min_duration, cheap"
  })
  void whatBothTakeIsNotObjectedTo(String name, String value) {
    assertThat(KnownParameters.objection(name, value)).isEmpty();
  }

  /** Patroni reads less than PostgreSQL, and leaves out or raises without a word. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jit                  | t     | PostgreSQL takes "t", but Patroni does not know it and would leave the parameter out: write on
          jit                  | of    | PostgreSQL takes "of", but Patroni does not know it and would leave the parameter out: write off
          log_min_messages     | debug | PostgreSQL takes "debug", but Patroni does not know it and would leave the parameter out: write one of debug5, debug4, debug3, debug2, debug1, info, notice, warning, error, log, fatal, panic
          work_mem             | 0X1000 | PostgreSQL takes "0X1000", but Patroni does not know it and would leave the parameter out: write a decimal number
          random_page_cost     | 2.    | PostgreSQL takes "2.", but Patroni does not know it and would leave the parameter out: write a decimal number
          maintenance_work_mem | 512kB | PostgreSQL takes "512kB", but Patroni would raise it to 1024kB: write at least that
          """)
  void whatWouldBeLostInPatroniIsObjectedTo(String name, String value, String objection) {
    assertThat(KnownParameters.objection(name, value)).contains(objection);
  }

  @Test
  void whatTheOperatorSetsIsValid() {
    Map<String, String> ours = PostgresParameters.of(Sets.set("{}").getSpec());
    assertThat(
            ours.entrySet().stream()
                .flatMap(each -> KnownParameters.objection(each.getKey(), each.getValue()).stream())
                .collect(Collectors.toList()))
        .isEmpty();
    assertThat(ours).hasSizeGreaterThan(20);
  }
}
