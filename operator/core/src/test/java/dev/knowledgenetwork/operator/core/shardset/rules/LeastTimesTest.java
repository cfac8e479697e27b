package dev.knowledgenetwork.operator.core.shardset.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastTimesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          statement_timeout                   | 1     | "1" means 1ms, and that is too short: sessions of people, backups and tools are ended in the middle of their work; write at least 1s, or 0 for no limit
          statement_timeout                   | 999   | "999" means 999ms, and that is too short: sessions of people, backups and tools are ended in the middle of their work; write at least 1s, or 0 for no limit
          lock_timeout                        | 1us   | ''
          lock_timeout                        | 10ms  | "10ms" means 10ms, and that is too short: sessions of people, backups and tools are ended in the middle of their work; write at least 100ms, or 0 for no limit
          transaction_timeout                 | 5s    | "5s" means 5s, and that is too short: one statement of the application alone may take 10s; write at least 15s, or 0 for no limit
          idle_in_transaction_session_timeout | 60    | "60" means 60ms, and that is too short: a client that is slow for a moment loses its session and what it wrote; write at least 5s, or 0 for no limit
          idle_session_timeout                | 1min  | "1min" means 60s, and that is too short: poolers keep idle sessions for 60s, and would hand out ones that are ended; write at least 2min, or 0 for no limit
          tcp_user_timeout                    | 10    | "10" means 10ms, and that is too short: one packet that is lost on its way ends a session; write at least 3s, or 0 for no limit
          authentication_timeout              | 1     | "1" means 1s, and that is too short: a busy server takes longer than that to let a session in; write at least 5s
          wal_sender_timeout                  | 60    | "60" means 60ms, and that is too short: replicas are cut off again and again, and none keeps up; write at least 5s, or 0 for no limit
          wal_receiver_timeout                | 1     | "1" means 1ms, and that is too short: replicas give their primary up, and none keeps up; write at least 5s, or 0 for no limit
          wal_receiver_status_interval        | 0     | "0" means 0s, and that is too short: replicas confirm nothing, and every write waits for that; write at least 1s
          """)
  void aTimeWithWhichThePlatformDoesNotWorkIsRefusedWithTheLeastAndWhy(
      String name, String value, String objection) {
    assertThat(refused(name, value))
        .isEqualTo(
            objection.isEmpty()
                ? List.of()
                : List.of("spec.parameters." + name + ": " + objection));
  }

  @ParameterizedTest
  @CsvSource({
    "statement_timeout, 0",
    "statement_timeout, 1s",
    "statement_timeout, 1000",
    "lock_timeout, 100ms",
    "transaction_timeout, 15s",
    "idle_in_transaction_session_timeout, 0",
    "idle_session_timeout, 2min",
    "tcp_user_timeout, 0",
    "authentication_timeout, 5",
    "wal_sender_timeout, 0",
    "wal_receiver_timeout, 5s",
    "wal_receiver_status_interval, 1",
    "deadlock_timeout, 1",
    "client_connection_check_interval, 1"
  })
  void whatItWorksWithIsTaken(String name, String value) {
    assertThat(refused(name, value)).isEmpty();
  }

  @Test
  void whatPostgresqlItselfRefusesIsRefusedInItsWordsOnly() {
    assertThat(refused("statement_timeout", "-1")).singleElement().asString().contains("range");
    assertThat(refused("statement_timeout", "soon")).singleElement().asString().contains("valid");
  }

  @Test
  void whatRunsByItIsLookedAfter() {
    World world = World.running(Sets.small("instances: 1"));
    world.set().setSpec(spec("1"));
    world.settle();
    assertThat(ShardSetValidator.violations(world.set(), new Children(List.of()))).isEmpty();
  }

  private static List<String> refused(String name, String value) {
    ShardSet set = Sets.set("{parameters: {%s: \"%s\"}}".formatted(name, value));
    return ShardSetValidator.violations(set, new Children(List.of())).stream()
        .map(problem -> ((Problem.InvalidSpec) problem).text())
        .toList();
  }

  private static ShardSetSpec spec(String timeout) {
    return Sets.set(
            Sets.smallSpec(
                "instances: 1, parameters: {statement_timeout: \"%s\"}".formatted(timeout)))
        .getSpec();
  }
}
