package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.golden.Golden;
import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import dev.knowledgenetwork.topology.KnSchema;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShardSetPlannerTest {

  private static final List<String> RETAINED =
      List.of(
          "Endpoints/kn-s0",
          "Endpoints/kn-s0-config",
          "Endpoints/kn-s0-sync",
          "Endpoints/kn-s1",
          "Endpoints/kn-s1-config",
          "Endpoints/kn-s1-sync",
          "Secret/kn-topology",
          "Service/kn-s0",
          "Service/kn-s1");

  @Test
  void theWholePlanOfASmallSetIsAsReviewed() {
    World world =
        new World(
            Sets.set("{sharding: {buckets: 16}, instances: 2, pool: {pooler: {instances: 1}}}"));
    world.pass();
    world.pass();
    Golden.verify("shardset/small.yaml", world.plan());
  }

  @Test
  void firstTheIdentityThenAllSecretsThenEverythingElse() {
    World world = new World(Sets.set("{sharding: {shards: 2}}"));
    Plan first = world.pass();
    assertThat(first.secrets())
        .singleElement()
        .satisfies(secret -> assertThat(secret.metadata().getName()).isEqualTo("kn-superuser"));
    assertThat(first.resources()).isEmpty();
    assertThat(first.problems()).singleElement().isInstanceOf(Problem.WaitingFor.class);

    Plan second = world.pass();
    assertThat(second.secrets())
        .extracting(secret -> secret.metadata().getName())
        .containsExactly(
            "kn-superuser",
            "kn-db-ca",
            "kn-migrate",
            "kn-app",
            "kn-s0-tls",
            "kn-s1-tls",
            "kn-pooler",
            "kn-db-binding");
    assertThat(second.resources()).isEmpty();
    assertThat(second.problems()).singleElement().isInstanceOf(Problem.WaitingFor.class);

    Plan third = world.pass();
    assertThat(third.resources()).hasAtLeastOneElementOfType(StatefulSet.class);
    assertThat(third.problems()).isEmpty();
    assertThat(third.resources().getFirst().getMetadata().getName()).isEqualTo("kn-topology");
    assertThat(third.nextCheck()).isEmpty();
  }

  @Test
  void thePublishedTopologyGivesEveryBucketToAShard() {
    World world = World.running(Sets.set("{sharding: {shards: 3, buckets: 512}}"));
    TopologyDocument document =
        TopologyPublication.published(world.observed().children(), "kn").orElseThrow();
    assertThat(document.epoch()).isEqualTo(1);
    assertThat(document.clusterId()).isEqualTo(Sets.CLUSTER_ID);
    assertThat(document.assignment()).hasSize(512).contains(0, 1, 2);
    assertThat(document.shards().get(2).primary().host()).isEqualTo("kn-s2.demo.svc");
    assertThat(document.shards().get(2).pooler().database()).isEqualTo("kn_s2");
  }

  @Test
  void aSettledSetNeedsNothing() {
    Plan plan = World.running(Sets.set("{}")).plan();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.problems()).isEmpty();
    assertThat(plan.nextCheck()).isEmpty();
  }

  @Test
  void aDatabaseIsPreparedOnceItsShardHasAPrimary() {
    World world = World.running(Sets.set("{}"));
    world.database("s0", new DatabaseView(false, "", 0, 0));
    assertThat(world.plan().actions())
        .singleElement()
        .isInstanceOfSatisfying(
            PrepareDatabase.class,
            action -> {
              assertThat(action.shard().part()).isEqualTo("s0");
              assertThat(action.clusterId()).isEqualTo(Sets.CLUSTER_ID);
              assertThat(TopologyDocument.parse(action.topology()).epoch()).isEqualTo(1);
            });
    assertThat(world.plan().nextCheck()).isPresent();

    world.patroni("s0", new PatroniView(List.of(), Map.of()));
    assertThat(world.plan().actions()).isEmpty();
  }

  @Test
  void anOlderSchemaIsBroughtUpToDateANewerOneIsLeft() {
    World world = World.running(Sets.set("{}"));
    world.database("s0", new DatabaseView(true, Sets.CLUSTER_ID, KnSchema.VERSION - 1, 1));
    assertThat(world.plan().actions()).hasSize(1);
    world.database("s0", new DatabaseView(true, Sets.CLUSTER_ID, KnSchema.VERSION + 1, 1));
    assertThat(world.plan().actions()).isEmpty();
  }

  @Test
  void quorumReplicationFollowsTheNumberOfInstances() {
    World world = World.running(Sets.set("{instances: 2}"));
    World three = World.running(Sets.set("{instances: 3}"));
    three.patroni("s0", new PatroniView(led("kn-s0-0", "streaming").members(), world.config("s0")));
    assertThat(three.plan().actions())
        .singleElement()
        .isInstanceOfSatisfying(
            PatchPatroni.class,
            action ->
                assertThat(action.changes())
                    .isEqualTo(
                        Map.of(
                            "synchronous_mode",
                            "quorum",
                            "check_timeline",
                            false,
                            "maximum_lag_on_failover",
                            1_048_576)));
  }

  @Test
  void aSettingThatPreventsAStartIsTakenBackWithoutAPrimary() {
    World world = World.running(Sets.set("{}"));
    world.database("s0", new DatabaseView(false, "", 0, 0));
    world.patroni(
        "s0",
        new PatroniView(
            List.of(new PatroniView.Member("kn-s0-0", "replica", "start failed")),
            Sets.dynamic("{parameters: {shared_buffers: 900TB}}")));
    assertThat(world.plan().actions())
        .singleElement()
        .isInstanceOfSatisfying(
            PatchPatroni.class,
            action ->
                assertThat(action.changes())
                    .hasToString("{postgresql={parameters={shared_buffers=256MB}}}"));
  }

  @Test
  void whoMayBecomePrimaryChangesOnlyUnderAPrimary() {
    World world = World.running(Sets.set("{instances: 2}"));
    Map<String, Object> quorum = Sets.dynamic("{instances: 3}");
    world.patroni(
        "s0",
        new PatroniView(List.of(new PatroniView.Member("kn-s0-1", "replica", "running")), quorum));
    assertThat(world.plan().actions()).isEmpty();
    world.patroni(
        "s0",
        new PatroniView(List.of(new PatroniView.Member("kn-s0-0", "leader", "running")), quorum));
    assertThat(world.plan().actions()).singleElement().isInstanceOf(PatchPatroni.class);
  }

  @Test
  void podsRestartOnlyForSettingsThatNeedItAndOnlyOnceTheyWereTried() {
    World world = World.running(Sets.set("{}"));
    String before = restartHash(world.plan());

    world.spec("{parameters: {work_mem: 64MB}}");
    assertThat(restartHash(world.plan())).isEqualTo(before);
    assertThat(world.plan().actions()).hasSize(1);
    world.settle();

    world.spec("{parameters: {work_mem: 32MB, shared_buffers: 512MB}}");
    assertThat(restartHash(world.plan())).isEqualTo(before);
    assertThat(world.plan().actions())
        .singleElement()
        .isInstanceOfSatisfying(
            PatchPatroni.class,
            action ->
                assertThat(action.changes())
                    .hasToString("{postgresql={parameters={work_mem=32MB}}}"));
    world.forgetAnswers();
    assertThat(restartHash(world.plan())).isEqualTo(before);

    world.step();
    assertThat(world.log()).containsExactly("kn-s0: trial succeeded");
    world.pass();
    Plan tried = world.plan();
    assertThat(restartHash(tried)).isNotEqualTo(before);
    assertThat(tried.actions())
        .singleElement()
        .isInstanceOfSatisfying(
            PatchPatroni.class,
            action ->
                assertThat(action.changes())
                    .hasToString(
                        "{postgresql={parameters={shared_buffers=512MB, work_mem=32MB}}}"));
  }

  @Test
  void anInvalidSpecDisturbsNothing() {
    ShardSet set = Sets.set("{}");
    World world = World.running(set);
    set.setSpec(Sets.set("{sharding: {shards: 2}, pool: {min: 9, max: 3}}").getSpec());
    Plan plan = world.plan();
    assertThat(plan.isBlocked()).isTrue();
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.secrets()).isEmpty();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.problems()).hasSize(2);
  }

  @Test
  void everyPodIsRestricted() {
    Plan plan = World.running(Sets.set("{sharding: {shards: 2}}")).plan();
    assertThat(PodRules.templates(plan)).hasSize(3);
    PodRules.templates(plan).forEach(template -> PodRules.verifyRestricted(template.getSpec()));
  }

  @Test
  void noPasswordIsInAnyObject() {
    Plan plan = World.running(Sets.set("{}")).plan();
    assertThat(plan.resources())
        .filteredOn(Secret.class::isInstance)
        .extracting(secret -> secret.getMetadata().getName())
        .containsExactly("kn-topology");
    assertThat(plan.resources())
        .filteredOn(ConfigMap.class::isInstance)
        .allSatisfy(
            map -> assertThat(((ConfigMap) map).getData().values()).noneMatch(holdsPassword()));
    assertThat(PodRules.templates(plan))
        .flatExtracting(template -> template.getSpec().getContainers())
        .allSatisfy(
            container ->
                assertThat(container.getEnv())
                    .noneMatch(
                        variable ->
                            variable.getValueFrom() != null
                                && variable.getValueFrom().getSecretKeyRef() != null));
  }

  @Test
  void namesStayWithin63CharactersForTheLongestNameOfASet() {
    String name = "a".repeat(40);
    ShardSet set = Sets.named(name, "{sharding: {shards: 64}}");
    World world = new World(set);
    world.pass();
    world.pass();
    Plan plan = world.pass();
    assertThat(plan.resources())
        .extracting(resource -> resource.getMetadata().getName())
        .allSatisfy(each -> assertThat(each).hasSizeLessThanOrEqualTo(63));
    assertThat(Names.instance(name, "s63", 4) + "-0123456789").hasSizeLessThanOrEqualTo(63);
    assertThat(plan.resources())
        .allSatisfy(
            each ->
                assertThat(each.getMetadata().getLabels().values())
                    .allMatch(value -> value.length() <= 63));
  }

  @Test
  void everyObjectIsNamedOnceAndOwnedButWhatStaysWithTheData() {
    Plan plan = World.running(Sets.set("{sharding: {shards: 2}}")).plan();
    Map<String, HasMetadata> seen = new HashMap<>();
    for (HasMetadata resource : plan.resources()) {
      String key = resource.getKind() + "/" + resource.getMetadata().getName();
      assertThat(seen.put(key, resource)).isNull();
      if (RETAINED.contains(key)) {
        assertThat(resource.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(resource.getMetadata().getLabels())
            .containsEntry("knowledgenetwork.dev/cluster-id", Sets.CLUSTER_ID);
      } else {
        assertThat(resource.getMetadata().getOwnerReferences())
            .singleElement()
            .satisfies(
                owner -> {
                  assertThat(owner.getController()).isTrue();
                  assertThat(owner.getBlockOwnerDeletion()).isNull();
                  assertThat(owner.getUid()).isEqualTo("uid-of-set");
                });
      }
      assertThat(resource.getMetadata().getLabels())
          .containsEntry("app.kubernetes.io/managed-by", "knowledgenetwork-operator")
          .containsEntry("knowledgenetwork.dev/shardset", "kn")
          .doesNotContainKey("app.kubernetes.io/instance");
    }
    assertThat(seen).containsKeys(RETAINED.toArray(String[]::new));
  }

  @Test
  void retainedSecretsHaveNoOwner() {
    assertThat(World.running(Sets.set("{}")).plan().secrets())
        .allSatisfy(
            secret ->
                assertThat(secret.metadata().getOwnerReferences().isEmpty())
                    .isEqualTo(
                        List.of("kn-superuser", "kn-db-ca", "kn-migrate", "kn-app")
                            .contains(secret.metadata().getName())));
  }

  private static PatroniView led(String leader, String stateOfOthers) {
    return new PatroniView(
        Stream.of("kn-s0-0", "kn-s0-1", "kn-s0-2")
            .map(
                name ->
                    name.equals(leader)
                        ? new PatroniView.Member(name, "leader", "running")
                        : new PatroniView.Member(name, "quorum_standby", stateOfOthers))
            .toList(),
        Sets.dynamic("{instances: 3}"));
  }

  private static Predicate<String> holdsPassword() {
    return text -> text.contains("password:") || text.contains("password =");
  }

  private static String restartHash(Plan plan) {
    return plan.resources().stream()
        .filter(StatefulSet.class::isInstance)
        .map(StatefulSet.class::cast)
        .map(set -> set.getSpec().getTemplate().getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Annotations.CONFIG_HASH))
        .findFirst()
        .orElseThrow();
  }
}
