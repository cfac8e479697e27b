package dev.knowledgenetwork.operator.core.shardset.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardSetValidatorTest {

  private static final Children NOTHING = new Children(List.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {storage: {size: 5Gi}}                          | ''
          {storage: {size: 1Gi, storageClassName: fast}}  | spec.storage.storageClassName: claim data-kn-s0-0 was kept and is of class standard
          {storage: {size: 1Gi}}                          | ''
          {storage: {size: 1Gi, storageClassName: standard}} | ''
          {storage: {size: 512Mi}}                        | ''
          """)
  void claimsThatWereKeptAreComparedWithTheSpec(String spec, String refusal) {
    PersistentVolumeClaim kept =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName("data-kn-s0-0")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName("standard")
            .withNewResources()
            .addToRequests("storage", new Quantity("10Gi"))
            .endResources()
            .endSpec()
            .withNewStatus()
            .addToCapacity("storage", new Quantity("1Gi"))
            .endStatus()
            .build();
    List<String> found =
        ShardSetValidator.violations(Sets.set(spec), new Children(List.of(kept))).stream()
            .map(problem -> ((Problem.InvalidSpec) problem).text())
            .toList();
    if (refusal.isEmpty()) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).singleElement().asString().startsWith(refusal);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{sharding: {key: 'a b'}} | spec.sharding.key | sharding.key must be the name of a column",
        "{sharding: {buckets: 8}} | spec.sharding.buckets | use a number from 16 to 65536",
        "{sharding: {virtualNodes: 0}} | spec.sharding.virtualNodes | use a number from 1 to 1000",
        "{sharding: {shards: 65}} | spec.sharding.shards | use a number from 1 to 64",
        "{sharding: {shards: 17, buckets: 16}} | spec.sharding.shards | must not be greater than",
        "{instances: 6} | spec.instances | use a number from 1 to 5",
        "{storage: {size: 0}} | spec.storage.size | use at least 256Mi",
        "{storage: {size: 255Mi}} | spec.storage.size | use at least 256Mi",
        "{storage: {size: 10m}} | spec.storage.size | 10m are thousandths of a byte: did you mean"
            + " 10Gi?",
        "{resources: {limits: {cpu: 0}}} | spec.resources.limits.cpu | must be greater than zero",
        "{resources: {limits: {memory: 512m}}} | spec.resources.limits.memory | did you mean 512Mi?",
        "{resources: {limits: {memory: 127Mi}}} | spec.resources.limits.memory | at least 128Mi",
        "{resources: {requests: {memory: 512m}}} | spec.resources.requests.memory | at least 4Mi",
        "{pool: {pooler: {resources: {limits: {memory: 15Mi}}}}} |"
            + " spec.pool.pooler.resources.limits.memory | at least 16Mi",
        "{resources: {requests: {cpu: 2}, limits: {cpu: 1}}} | spec.resources.requests.cpu | must"
            + " not be greater than its limit",
        "{pool: {pooler: {resources: {limits: {cpu: 0}}}}} | spec.pool.pooler.resources.limits.cpu"
            + " | must be greater than zero",
        "{image: 'a b'} | spec.image | use the reference of an image",
        "{pool: {pooler: {image: A}}} | spec.pool.pooler.image | use the reference of an image",
        "{podLabels: {knowledgenetwork.dev/x: y}} | spec.podLabels.knowledgenetwork.dev/x | are the"
            + " operator's",
        "{parameters: {Work: x}} | spec.parameters.Work | names in parameters begin with a letter",
        "{parameters: {work_mem: \"1\\n2\"}} | spec.parameters.work_mem | on one line",
        "{parameters: {port: '1'}} | spec.parameters.port | Patroni decides on port: remove it",
        "{parameters: {ssl: 'off'}} | spec.parameters.ssl | the operator decides on ssl: remove it",
        "{parameters: {fsync: 'off'}} | spec.parameters.fsync | the operator decides on fsync",
        "{parameters: {fsynk: 'off'}} | spec.parameters.fsynk | PostgreSQL 17 has no parameter",
        "{parameters: {block_size: '1'}} | spec.parameters.block_size | PostgreSQL itself sets",
        "{parameters: {work_mem: 64XB}} | spec.parameters.work_mem | units are B, kB, MB, GB, TB",
        "{parameters: {shared_buffers: 4GB}} | spec.parameters.shared_buffers | 4GB is more than"
            + " three quarters of the 1024Mi that a pod may use",
        "{parameters: {min_dynamic_shared_memory: 800MB}} | spec.parameters.min_dynamic_shared_memory"
            + " | 800MB is more than three quarters",
        "{parameters: {notify_buffers: 1GB}} | spec.parameters.notify_buffers | 1GB is more than",
        "{parameters: {wal_decode_buffer_size: 1023MB}} | spec.parameters.wal_decode_buffer_size |"
            + " lower it",
        "{parameters: {work_mem: '786433'}} | spec.parameters.work_mem | lower it, or raise",
        "{parameters: {jit: t}} | spec.parameters.jit | Patroni does not know it",
        "{pool: {min: 6, max: 5}} | spec.pool.min | must not be greater than pool.max",
        "{pool: {max: 0, min: 0}} | spec.pool.max | use a number from 1 to 1000",
        "{pool: {pooler: {instances: 0}}} | spec.pool.pooler.instances | use a number from 1 to 10",
      })
  void eachRuleNamesItsField(String spec, String field, String message) {
    assertThat(ShardSetValidator.violations(Sets.set(spec), NOTHING))
        .singleElement()
        .isInstanceOfSatisfying(
            Problem.InvalidSpec.class,
            violation -> {
              assertThat(violation.field()).isEqualTo(field);
              assertThat(violation.message()).contains(message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{sharding: {key: other}} | spec.sharding.key",
        "{sharding: {buckets: 512}} | spec.sharding.buckets",
        "{sharding: {virtualNodes: 100}} | spec.sharding.virtualNodes",
        "{sharding: {shards: 2}} | spec.sharding.shards",
        "{storage: {storageClassName: fast}} | spec.storage.storageClassName",
      })
  void whatRunsCannotBeChangedInItsFoundations(String spec, String field) {
    World world = World.running(Sets.set("{}"));
    assertThat(ShardSetValidator.violations(Sets.set(spec), world.observed().children()))
        .singleElement()
        .isInstanceOfSatisfying(
            Problem.InvalidSpec.class, violation -> assertThat(violation.field()).isEqualTo(field));
  }

  @Test
  void theSameSizeInAnotherUnitIsNoChange() {
    World world = World.running(Sets.set("{}"));
    ShardSet same = Sets.set("{storage: {size: 10240Mi}}");
    assertThat(ShardSetValidator.violations(same, world.observed().children())).isEmpty();
  }

  @Test
  void allViolationsAreReported() {
    ShardSet set = Sets.named("9".repeat(41), "{instances: 9, pool: {min: 9, max: 1}}");
    assertThat(ShardSetValidator.violations(set, NOTHING)).hasSize(3);
  }

  @Test
  void theDefaultsAreValid() {
    assertThat(ShardSetValidator.violations(Sets.set("{}"), NOTHING)).isEmpty();
  }
}
