package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.workload.Applied;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpdatesTest {

  private static final Images NEWER = new Images("postgres:2", "pooler:1", "valkey:1", "app:1");

  private final World world = World.running(Sets.small("instances: 3"));

  @Test
  void aNewOperatorRollsNothingByItselfAndSaysHow() {
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
    world.operator(NEWER).settle();
    assertThat(world.log()).isEmpty();
    assertThat(image()).isEqualTo("postgres:1");
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(available().reason()).isEqualTo("NewerOperator");
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
    madeByAnOlderOperator("128MB");
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

  /** One whose default of a setting was another one. */
  @SuppressWarnings("unchecked")
  private void madeByAnOlderOperator(String sharedBuffers) {
    StatefulSet live = world.get(StatefulSet.class, "kn-s0");
    PodTemplateSpec template = Applied.template(live).orElseThrow();
    template.getMetadata().getAnnotations().put(Annotations.CONFIG_HASH, "of another value");
    world.put(
        new StatefulSetBuilder(live)
            .editMetadata()
            .addToAnnotations(Annotations.APPLIED_TEMPLATE, Hash.json(template))
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

  private String id() {
    String message = available().message();
    return message.substring(message.lastIndexOf('=') + 1);
  }

  private Condition available() {
    return Conditions.find(world.status().conditions(), ConditionType.UPDATE_AVAILABLE)
        .orElseThrow();
  }
}
