package dev.knowledgenetwork.operator.core.shardset.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.SecretsByHand;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterIdentityTest {

  private final World world = World.running(Sets.set("{}"));

  @Test
  void whatBelongsTogetherIsAdopted() {
    assertThat(world.plan().isBlocked()).isFalse();
  }

  @Test
  void volumesWithoutTheirSecretsAreRefused() {
    world.remove(Secret.class, "kn-superuser");
    refused("data-kn-s0-0");
  }

  @Test
  void volumesOfAnotherSetAreRefused() {
    world
        .get(PersistentVolumeClaim.class, "data-kn-s0-1")
        .getMetadata()
        .setLabels(Map.of(Labels.CLUSTER_ID, "another"));
    refused("data-kn-s0-1");
  }

  @Test
  void secretsOfAnotherSetAreRefused() {
    world
        .get(Secret.class, "kn-db-ca")
        .getMetadata()
        .setLabels(Map.of(Labels.CLUSTER_ID, "another"));
    refused("kn-db-ca");
  }

  @Test
  void aDatabaseOfAnotherSetIsRefused() {
    world.database("s0", new DatabaseView(true, "another", 1, 1));
    refused("s0");
  }

  @Test
  void aLostAuthorityUnderLiveDataIsNotMadeAnew() {
    world.remove(Secret.class, "kn-db-ca");
    refused("kn-db-ca");
    assertThat(world.plan().secrets()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"kn-db-ca, tls.crt", "kn-db-ca, tls.key", "kn-superuser, password"})
  void aLostKeyUnderLiveDataIsNotMadeAnew(String secret, String key) {
    new SecretsByHand(world).remove(secret, key);
    refused("key %s of Secret %s".formatted(key, secret));
    assertThat(world.plan().secrets()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kn-app", "kn-migrate"})
  void aLostLoginIsMadeAnewForItCanBeSetInTheDatabases(String secret) {
    world.remove(Secret.class, secret);
    assertThat(world.plan().isBlocked()).isFalse();
    assertThat(world.plan().secrets())
        .anyMatch(planned -> planned.metadata().getName().equals(secret));
  }

  @Test
  void anAuthorityThatSignedNothingOfWhatIsThereIsRefused() {
    new SecretsByHand(world).set("kn-db-ca", "tls.crt", "certificate of another");
    assertThat(world.plan().isBlocked()).isTrue();
    assertThat(world.plan().problems())
        .singleElement()
        .isEqualTo(
            new Problem.InvalidSpec(
                ShardSetReason.IDENTITY_MISMATCH,
                "metadata.name",
                "the databases have certificates of another authority than Secret kn-db-ca: restore"
                    + " the Secret from a backup; the certificate that belongs there is in Secret"
                    + " kn-topology, key ca.crt"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kn-topology", "kn-pooler", "kn-s0-tls"})
  void aCopyOfTheAuthorityThatSomebodyChangedSaysNothingOfTheAuthority(String secret) {
    new SecretsByHand(world).set(secret, "ca.crt", "certificate of another");
    assertThat(world.plan().isBlocked()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kn-superuser", "kn-db-ca"})
  void onceTheTopologyWasInForceNoSecretIsMadeAnewEvenWithoutVolumes(String secret) {
    ShardSet set = Sets.set("{}");
    World established = World.running(set);
    established.remove(PersistentVolumeClaim.class, "data-kn-s0-0");
    established.remove(PersistentVolumeClaim.class, "data-kn-s0-1");
    established.remove(PersistentVolumeClaim.class, "data-kn-s0-2");
    established.remove(Secret.class, secret);
    ShardSetStatus status = set.getStatus();
    assertThat(status.epoch()).isEqualTo(1);
    refused(established.plan(), secret);
    set.setStatus(null);
    assertThat(established.plan().isBlocked()).isFalse();
  }

  @Test
  void retainedDataIsNotAdoptedWithoutAnInstanceThatMayHaveTheNewest() {
    World before = World.running(Sets.set("{instances: 3}"));
    before
        .get(Endpoints.class, "kn-s0-sync")
        .getMetadata()
        .getAnnotations()
        .putAll(Map.of("leader", "kn-s0-2", "sync_standby", "kn-s0-0,kn-s0-1"));
    assertThat(before.retained(Sets.set("{instances: 1}")).plan().problems())
        .singleElement()
        .isEqualTo(
            new Problem.InvalidSpec(
                ShardSetReason.IDENTITY_MISMATCH,
                "spec.instances",
                "the newest data of shard s0 may be with kn-s0-1, kn-s0-2: set instances as it was,"
                    + " and lower it once the ShardSet is Ready"));
    assertThat(before.retained(Sets.set("{instances: 3}")).plan().isBlocked()).isFalse();
  }

  @Test
  void retainedDataIsAdoptedWithMoreInstancesAndPatroniRemembersIt() {
    World next = World.running(Sets.set("{instances: 1}")).retained(Sets.set("{instances: 3}"));
    assertThat(next.get(StatefulSet.class, "kn-s0")).isNull();
    assertThat(next.get(Endpoints.class, "kn-s0-sync")).isNotNull();
    assertThat(next.pass().isBlocked()).isFalse();
    next.pass();
    assertThat(next.get(StatefulSet.class, "kn-s0").getSpec().getReplicas()).isEqualTo(3);
    assertThat(next.get(Endpoints.class, "kn-s0-config").getMetadata().getAnnotations())
        .containsKey(Annotations.INITIALIZED);
  }

  @Test
  void aShardWhoseVolumesAreGoneDoesNotBeginEmptyUntilSomebodySaysSo() {
    String spec = "{instances: 1, sharding: {shards: 2}}";
    World next = World.running(Sets.set(spec)).retained(Sets.set(spec));
    next.remove(PersistentVolumeClaim.class, "data-kn-s1-0");
    Plan plan = next.plan();
    assertThat(plan.isBlocked()).isTrue();
    assertThat(plan.problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message())
                    .contains("shard s1")
                    .contains("put the claims back")
                    .contains("kn-s1-config, kn-s1-sync"));
    next.remove(Endpoints.class, "kn-s1-config");
    next.remove(Endpoints.class, "kn-s1-sync");
    assertThat(next.plan().isBlocked()).isFalse();
  }

  @Test
  void endpointsOfAShardThatNeverStartedBlockNothing() {
    World next = new World(Sets.set("{}"));
    next.pass();
    next.pass();
    next.pass();
    next.remove(StatefulSet.class, "kn-s0");
    assertThat(next.get(Endpoints.class, "kn-s0-config")).isNotNull();
    assertThat(next.plan().isBlocked()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{sharding: {shards: 3}} | spec.sharding.shards",
        "{sharding: {shards: 2, key: other}} | spec.sharding.key",
        "{sharding: {shards: 2, buckets: 512}} | spec.sharding.buckets",
        "{sharding: {shards: 2, virtualNodes: 100}} | spec.sharding.virtualNodes",
      })
  void retainedDataIsNotAdoptedWithAnotherSharding(String spec, String field) {
    World next = World.running(Sets.set("{sharding: {shards: 2}}")).retained(Sets.set(spec));
    assertThat(next.plan().isBlocked()).isTrue();
    assertThat(next.plan().problems())
        .singleElement()
        .isInstanceOfSatisfying(
            Problem.InvalidSpec.class, problem -> assertThat(problem.field()).isEqualTo(field));
  }

  @Test
  void volumesOfShardsThatTheSpecDoesNotHaveAreRefused() {
    World next =
        World.running(Sets.set("{instances: 1, sharding: {shards: 2}}")).retained(Sets.set("{}"));
    next.remove(Secret.class, "kn-topology");
    assertThat(next.plan().isBlocked()).isTrue();
    assertThat(next.plan().problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.reason()).isEqualTo(ShardSetReason.IDENTITY_MISMATCH);
              assertThat(problem.message()).endsWith("data with them: data-kn-s1-0");
            });
  }

  private void refused(String name) {
    refused(world.plan(), name);
  }

  private static void refused(Plan plan, String name) {
    assertThat(plan.isBlocked()).isTrue();
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .singleElement()
        .satisfies(
            (Problem problem) -> {
              assertThat(problem.reason()).isEqualTo(ShardSetReason.IDENTITY_MISMATCH);
              assertThat(problem.message()).contains(name).contains("restore the Secret");
            });
  }
}
