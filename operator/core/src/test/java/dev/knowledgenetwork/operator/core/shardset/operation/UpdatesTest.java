package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdatesTest {

  private static final Images NEWER = new Images("postgres:2", "pooler:1", "valkey:1", "app:1");

  private static final String WINDOW =
      "maintenance: {window: {schedule: '0 3 * * SUN', duration: 1h}}";

  private final World world = World.running(Sets.small("instances: 3"));

  @Test
  void aNewOperatorRollsNothingByItselfAndSaysHow() {
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
    world.operator(NEWER).settle();
    assertThat(world.log()).isEmpty();
    assertThat(image()).isEqualTo("postgres:1");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(available().reason()).isEqualTo("OperatorChanged");
    assertThat(available().message())
        .contains(
            "kubectl -n demo annotate --overwrite shardset kn knowledgenetwork.dev/update=" + id());
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isTrue();
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.STALLED)).isFalse();
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.RECONCILING)).isFalse();
    assertThat(world.plan().nextCheck()).as("nothing to look at again").isEmpty();
  }

  @Test
  void itIsRolledWhenSomebodySaysSo() {
    world.operator(NEWER).settle();
    world.annotate(Annotations.UPDATE, id()).settle();
    assertThat(world.log()).hasSize(5).startsWith("kn-s0: trial succeeded");
    assertThat(image()).isEqualTo("postgres:2");
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void whatSomebodySaidOfOneUpdateIsNotSaidOfTheNext() {
    world.operator(NEWER).settle();
    world.annotate(Annotations.UPDATE, id()).settle();
    world.operator(new Images("postgres:3", "pooler:1", "valkey:1", "app:1")).settle();
    assertThat(image()).isEqualTo("postgres:2");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void whoeverChangesTheSpecGetsTheUpdateWithIt() {
    world.operator(NEWER).settle();
    world.spec(Sets.smallSpec("instances: 3, resources: {limits: {memory: 2Gi}}")).settle();
    assertThat(image()).isEqualTo("postgres:2");
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void aChangeThatNeedsNoRestartIsMadeWhileAnUpdateIsHeld() {
    world.operator(NEWER).settle();
    world.spec(Sets.smallSpec("instances: 4, parameters: {work_mem: 64MB}")).settle();
    assertThat(world.log()).isEmpty();
    assertThat(world.uids("s0")).hasSize(4);
    assertThat(image()).isEqualTo("postgres:1");
    assertThat(PatroniDrift.parameters(world.config("s0"))).containsEntry("work_mem", "64MB");
  }

  @Test
  void aRollThatIsUnderWayGoesOnWithWhatItBegan() {
    world.spec(Sets.smallSpec("instances: 3, resources: {limits: {memory: 2Gi}}"));
    while (world.log().size() < 2) {
      world.step();
    }
    world.operator(NEWER).settle();
    assertThat(world.log()).hasSize(5);
    assertThat(image()).isEqualTo("postgres:1");
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void settingsOfAnOlderOperatorThatNeedARestartAreLeftUntilThen() {
    madeByAnOlderOperator("128MB", world.get(ConfigMap.class, "kn-s0").getData());
    world.settle();
    assertThat(PatroniDrift.parameters(world.config("s0")))
        .containsEntry("shared_buffers", "128MB");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(world.plan().actions()).isEmpty();

    world.annotate(Annotations.RESTART, "s0").settle();
    assertThat(world.log()).as("a restart is no update").hasSize(4);
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);

    world.annotate(Annotations.UPDATE, id()).settle();
    assertThat(PatroniDrift.parameters(world.config("s0")))
        .containsEntry("shared_buffers", "256MB");
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void thePoolerIsHeldAndUpdatedLikeTheInstances() {
    world.operator(new Images("postgres:1", "pooler:2", "valkey:1", "app:1")).settle();
    assertThat(poolerImage()).isEqualTo("pooler:1");
    assertThat(available().message())
        .contains("would run the pooler (image pooler:2 instead of pooler:1)");
    world.annotate(Annotations.UPDATE, id()).settle();
    assertThat(poolerImage()).isEqualTo("pooler:2");
    assertThat(world.log()).as("no instance is concerned").isEmpty();
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void aChangeOfThePoolBringsTheUpdateOfThePoolerAndOfNothingElse() {
    world.operator(new Images("postgres:2", "pooler:2", "valkey:1", "app:1")).settle();
    assertThat(available().message())
        .contains("(image postgres:2 instead of postgres:1) and the pooler (image pooler:2");
    world.spec(Sets.smallSpec("instances: 3, pool: {max: 7}")).settle();
    assertThat(poolerImage()).isEqualTo("pooler:2");
    assertThat(image()).isEqualTo("postgres:1");
    assertThat(available().message())
        .contains("would run the instances (image")
        .doesNotContain("pooler");
  }

  @Test
  void aValueThatNamesNoUpdateIsToldAndStallsNothing() {
    world.annotate(Annotations.UPDATE, "typo").operator(NEWER).settle();
    assertThat(available().message())
        .contains("The annotation knowledgenetwork.dev/update says typo, which is not this update.")
        .contains("kubectl -n demo annotate");
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.STALLED)).isFalse();
  }

  @Test
  void inTheMaintenanceWindowItIsRolledByItself() {
    world.spec(Sets.smallSpec("instances: 3, " + WINDOW)).operator(NEWER).settle();
    assertThat(world.log()).isEmpty();
    assertThat(available().message()).contains("begins at 2026-01-04T03:00:00Z, unless you say so");
    world.later(world.plan().nextCheck().orElseThrow()).settle();
    assertThat(world.log()).hasSize(5);
    assertThat(image()).isEqualTo("postgres:2");
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(world.plan().nextCheck()).isEmpty();
  }

  @Test
  void whatHasNotBegunByTheEndOfTheWindowIsHeldAgain() {
    world.spec(Sets.smallSpec("instances: 3, " + WINDOW)).operator(NEWER).settle();
    world.later(world.plan().nextCheck().orElseThrow()).pass();
    assertThat(world.operations()).hasSize(1);
    world.later(Duration.ofHours(1)).settle();
    assertThat(world.operations()).isEmpty();
    assertThat(image()).isEqualTo("postgres:1");
    assertThat(world.log()).noneMatch(line -> line.contains("replaced"));
    assertThat(available().message()).contains("begins at 2026-01-11T03:00:00Z");
  }

  @Test
  void whatHasBegunInTheWindowGoesOnAfterItsEnd() {
    world.starts("kn-s0-2", false);
    world.spec(Sets.smallSpec("instances: 3, " + WINDOW)).operator(NEWER).settle();
    world.later(world.plan().nextCheck().orElseThrow()).settle();
    assertThat(world.log()).endsWith("s0: kn-s0-2 is replaced");
    world.later(Duration.ofHours(2)).starts("kn-s0-2", true).settle();
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(image()).isEqualTo("postgres:2");
  }

  @Test
  void heldFilesOutliveWhateverHappensToTheirConfigMap() {
    Map<String, String> older = Map.of("10-patroni.yml", "as an older operator wrote it");
    madeByAnOlderOperator("128MB", older);
    world.settle();
    assertThat(world.get(ConfigMap.class, "kn-s0").getData()).isEqualTo(older);
    world.remove(ConfigMap.class, "kn-s0");
    world.settle();
    assertThat(world.get(ConfigMap.class, "kn-s0").getData()).isEqualTo(older);
    world.get(ConfigMap.class, "kn-s0").setData(Map.of("10-patroni.yml", "somebody's"));
    world.settle();
    assertThat(world.get(ConfigMap.class, "kn-s0").getData()).isEqualTo(older);
    assertThat(world.log()).isEmpty();
  }

  @Test
  void instancesOfWhichNothingWasKeptAreNotGivenAnythingUntried() {
    StatefulSet before = world.get(StatefulSet.class, "kn-s0");
    nothingKept();
    world.settle();
    assertThat(world.get(StatefulSet.class, "kn-s0").getMetadata().getAnnotations())
        .isEqualTo(before.getMetadata().getAnnotations());

    nothingKept();
    world.operator(NEWER).settle();
    assertThat(image()).isEqualTo("postgres:1");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(world.log()).isEmpty();

    world.annotate(Annotations.UPDATE, id()).settle();
    assertThat(world.log()).hasSize(5).startsWith("kn-s0: trial succeeded");
    assertThat(image()).isEqualTo("postgres:2");
  }

  private void nothingKept() {
    world.put(
        new StatefulSetBuilder(world.get(StatefulSet.class, "kn-s0"))
            .editMetadata()
            .removeFromAnnotations(Annotations.APPLIED)
            .endMetadata()
            .build());
  }

  /** One whose default of a setting was another one. */
  @SuppressWarnings("unchecked")
  private void madeByAnOlderOperator(String sharedBuffers, Map<String, String> files) {
    StatefulSet live = world.get(StatefulSet.class, "kn-s0");
    Recipe last =
        Applied.recipe(
            live,
            Map.of(),
            () -> {
              throw new AssertionError("nothing was kept");
            });
    PodTemplateSpec template = last.template();
    template.getMetadata().getAnnotations().put(Annotations.CONFIG_HASH, "of another value");
    world.put(
        new StatefulSetBuilder(live)
            .editMetadata()
            .addToAnnotations(Applied.annotations(new Recipe(template, files, last.inputs())))
            .endMetadata()
            .editSpec()
            .withTemplate(template)
            .endSpec()
            .build());
    world.restamp("s0");
    Map<String, Object> config = new HashMap<>(world.config("s0"));
    Map<String, Object> postgresql = new HashMap<>((Map<String, Object>) config.get("postgresql"));
    Map<String, Object> parameters = new HashMap<>(PatroniDrift.parameters(config));
    parameters.put("shared_buffers", sharedBuffers);
    postgresql.put("parameters", parameters);
    config.put("postgresql", postgresql);
    PatroniView view = world.observed().facts().of(PatroniView.FACT, shard()).orElseThrow();
    world.patroni("s0", new PatroniView(List.copyOf(view.members()), config));
  }

  private Target shard() {
    return new Target("ShardSet", "demo", "kn", "s0");
  }

  private String image() {
    return world
        .get(StatefulSet.class, "kn-s0")
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getImage();
  }

  private String poolerImage() {
    return world
        .get(Deployment.class, "kn-pooler")
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getImage();
  }

  private String id() {
    String message = available().message();
    return message.substring(message.lastIndexOf('=') + 1);
  }

  private Condition available() {
    return Conditions.find(world.status().conditions(), ConditionType.UPDATE_AVAILABLE)
        .orElseThrow();
  }
}
