package dev.knowledgenetwork.operator.core.shardset.patroni;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedMemoryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{parameters: {shared_buffers: 600MB, min_dynamic_shared_memory: 200MB}} | PostgreSQL takes"
            + " 848MB when it starts (619MB for shared_buffers, 200MB for"
            + " min_dynamic_shared_memory, 16MB for wal_buffers), more than three quarters of the"
            + " 1024Mi that a pod may use: lower them, or raise spec.resources.limits.memory",
        "{parameters: {shared_buffers: 768MB}} | PostgreSQL takes 821MB",
        "{parameters: {notify_buffers: 500MB}} | for notify_buffers",
        "{parameters: {max_pred_locks_per_transaction: '10000'}} | for"
            + " max_pred_locks_per_transaction",
        "{parameters: {autovacuum_max_workers: '20000'}} | for autovacuum_max_workers",
        "{resources: {limits: {memory: 256Mi}}, parameters: {track_activity_query_size: 1MB}} |"
            + " 240MB for track_activity_query_size",
      })
  void settingsThatTogetherTakeTooMuchAreRefusedWithTheirSum(String spec, String message) {
    assertThat(SharedMemory.violations(Sets.set(spec).getSpec()))
        .singleElement()
        .isInstanceOfSatisfying(
            Problem.InvalidSpec.class,
            violation -> {
              assertThat(violation.field()).isEqualTo("spec.parameters");
              assertThat(violation.message()).contains(message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"128Mi", "1Gi", "64Gi"})
  void whatTheOperatorSetsByItselfHasRoomInAnyLimit(String memory) {
    String spec = "{resources: {requests: {memory: %1$s}, limits: {memory: %1$s}}}";
    assertThat(SharedMemory.violations(Sets.set(spec.formatted(memory)).getSpec())).isEmpty();
  }

  @Test
  void aSetThatLeavesNoRoomIsNotMade() {
    assertThat(new World(Sets.set("{parameters: {shared_buffers: 768MB}}")).plan().isBlocked())
        .isTrue();
  }
}
