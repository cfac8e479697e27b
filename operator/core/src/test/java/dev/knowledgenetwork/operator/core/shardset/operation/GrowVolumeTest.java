package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.instance.ExpandClaim;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardVolumes;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrowVolumeTest {

  private static final String LEFT_BEHIND = "kn-s0 leaves its pods behind";

  @Test
  void claimsTemplateAndSettingsGrowAndNoPodIsRestarted() {
    World world = running(2, "1Gi");
    Map<String, String> pods = world.uids("s0");
    assertThat(setting(world, "max_wal_size")).isEqualTo("128MB");
    world.spec(spec(2, "3Gi")).settle();
    assertThat(request(world, 0)).isEqualTo("3Gi");
    assertThat(request(world, 1)).isEqualTo("3Gi");
    assertThat(template(world)).isEqualTo("3Gi");
    assertThat(setting(world, "max_wal_size")).isEqualTo("307MB");
    assertThat(setting(world, "max_slot_wal_keep_size")).isEqualTo("768MB");
    assertThat(world.uids("s0")).isEqualTo(pods);
    assertThat(world.outdated("s0")).isEmpty();
    assertThat(world.log()).containsExactly(LEFT_BEHIND);
    assertThat(world.operations()).isEmpty();
  }

  @Test
  void settingsFollowWhatVolumesHaveNotWhatIsAskedFor() {
    World world = running(1, "1Gi");
    world.spec(spec(1, "3Gi"));
    assertThat(world.plan().actions())
        .containsExactly(new ExpandClaim(target(world), "data-kn-s0-0", new Quantity("3Gi")));
    world.pass();
    world.act();
    assertThat(world.plan().actions()).noneMatch(PatchPatroni.class::isInstance);
    world.live();
    assertThat(world.plan().actions()).anyMatch(PatchPatroni.class::isInstance);
  }

  @Test
  void whatTheProvisionerSaysIsTold() {
    World world = running(1, "1Gi");
    world.spec(spec(1, "3Gi")).settle();
    claim(world, 0)
        .setStatus(
            new PersistentVolumeClaimStatusBuilder()
                .withPhase("Bound")
                .withCapacity(Map.of("storage", new Quantity("1Gi")))
                .addNewCondition()
                .withType("FileSystemResizePending")
                .withStatus("True")
                .withMessage("Waiting for user to (re-)start a pod.")
                .endCondition()
                .build());
    world.pass();
    assertThat(world.operations())
        .extracting(OperationState::message)
        .containsExactly(
            "Volumes of s0 grow: data-kn-s0-0 has 1Gi of 3Gi (FileSystemResizePending: Waiting for"
                + " user to (re-)start a pod), and if that lasts, its pod has to be made anew:"
                + " kubectl -n demo annotate shardset kn knowledgenetwork.dev/restart=s0#grow"
                + " --overwrite.");
  }

  @Test
  void aNewVolumeIsAsLargeAsTheOneThatSomebodyEnlarged() {
    World world = running(1, "1Gi");
    Map<String, String> pods = world.uids("s0");
    enlarge(world, 0, "3Gi");
    world.settle();
    assertThat(template(world)).isEqualTo("3Gi");
    assertThat(setting(world, "max_wal_size")).isEqualTo("307MB");
    assertThat(world.uids("s0")).isEqualTo(pods);
    world.spec(spec(2, "1Gi")).settle();
    assertThat(request(world, 1)).isEqualTo("3Gi");
    assertThat(world.log()).containsExactly(LEFT_BEHIND);
  }

  @Test
  void volumesThatWereKeptAreTakenUpAsLargeAsTheyAre() {
    World before = running(1, "3Gi");
    World world = before.retained(Sets.set(spec(1, "1Gi"))).settle();
    assertThat(template(world)).isEqualTo("3Gi");
    assertThat(setting(world, "max_wal_size")).isEqualTo("307MB");
    assertThat(world.log()).isEmpty();
  }

  @Test
  void volumesThatWereKeptGrowWhereTheSpecAsksForMore() {
    World before = running(1, "1Gi");
    World world = before.retained(Sets.set(spec(1, "3Gi"))).settle();
    assertThat(request(world, 0)).isEqualTo("3Gi");
    assertThat(setting(world, "max_wal_size")).isEqualTo("307MB");
    assertThat(world.log()).isEmpty();
  }

  @Test
  void settingsCountOnTheSmallestVolume() {
    World world = running(2, "1Gi");
    enlarge(world, 1, "3Gi");
    world.settle();
    assertThat(request(world, 0)).as("nobody asked for that").isEqualTo("1Gi");
    assertThat(setting(world, "max_wal_size")).isEqualTo("128MB");
  }

  @Test
  void whereAClassCannotGrowNothingChangesAndTheSizeCanBeSetBack() {
    World world = running(2, "1Gi");
    Map<String, String> pods = world.uids("s0");
    world.spec(spec(2, "3Gi"));
    for (int step = 0; step < 20; step++) {
      world.pass();
      world.live();
    }
    assertThat(world.plan().actions())
        .map(Action::target)
        .map(target -> target.part())
        .containsExactly("s0/data-kn-s0-0", "s0/data-kn-s0-1");
    assertThat(template(world)).isEqualTo("1Gi");
    assertThat(setting(world, "max_wal_size")).isEqualTo("128MB");
    world.spec(spec(2, "1Gi")).settle();
    assertThat(world.operations()).isEmpty();
    assertThat(world.uids("s0")).isEqualTo(pods);
    assertThat(world.log()).isEmpty();
  }

  @Test
  void aClaimThatIsNotBoundYetIsLeft() {
    World world = running(1, "1Gi");
    claim(world, 0)
        .setStatus(new PersistentVolumeClaimStatusBuilder().withPhase("Pending").build());
    world.spec(spec(1, "3Gi"));
    assertThat(world.plan().actions()).noneMatch(ExpandClaim.class::isInstance);
  }

  /** It is seen to be gone before its pods are seen to have been left behind. */
  @Test
  void podsCountThatStillNameTheStatefulSetThatIsGone() {
    World world = running(3, "1Gi");
    world.remove(StatefulSet.class, "kn-s0");
    assertThat(ShardStatefulSet.instances(world.children(), "kn-s0")).contains(3);
  }

  /** While the StatefulSet is away, nothing but its pods tells how many instances there are. */
  @Test
  void fewerInstancesAtTheSameTimeStillLoseNobodyWhoLeads() {
    World world = running(3, "1Gi");
    world.spec(spec(1, "3Gi")).settle();
    assertThat(world.get(StatefulSet.class, "kn-s0").getSpec().getReplicas()).isEqualTo(1);
    assertThat(template(world)).isEqualTo("3Gi");
    assertThat(world.log()).noneMatch(event -> event.contains("is lost"));
  }

  @Test
  void aStatefulSetThatIsMadeAnewGetsNoUpdateThatNobodyAskedFor() {
    World world = running(2, "1Gi");
    Map<String, String> pods = world.uids("s0");
    world.operator(new Images("postgres:2", "pooler:1", "valkey:1", "app:1")).settle();
    assertThat(image(world)).as("held").isEqualTo("postgres:1");
    world.spec(spec(2, "3Gi")).settle();
    assertThat(template(world)).isEqualTo("3Gi");
    assertThat(image(world)).isEqualTo("postgres:1");
    assertThat(world.uids("s0")).isEqualTo(pods);
  }

  @Test
  void itIsWholeAllTheTime() {
    World world = running(2, "1Gi");
    world.spec(spec(2, "3Gi"));
    for (int step = 0; step < 40; step++) {
      world.quarter(step);
      assertThat(world.status().conditions())
          .filteredOn(c -> c.type().equals("Ready") || c.type().equals("Degraded"))
          .allMatch(c -> c.type().equals("Ready") == c.status().name().equals("TRUE"));
      assertThat(world.status().shardCount()).isEqualTo(1);
    }
    assertThat(template(world)).isEqualTo("3Gi");
  }

  private static World running(int instances, String size) {
    return World.running(Sets.set(spec(instances, size)));
  }

  private static String spec(int instances, String size) {
    return Sets.smallSpec("instances: %d, storage: {size: %s}".formatted(instances, size));
  }

  private static Target target(World world) {
    return Blueprint.target(world.set(), "s0");
  }

  private static void enlarge(World world, int ordinal, String size) {
    claim(world, ordinal)
        .getSpec()
        .getResources()
        .setRequests(Map.of("storage", new Quantity(size)));
  }

  private static PersistentVolumeClaim claim(World world, int ordinal) {
    return world.get(PersistentVolumeClaim.class, "data-kn-s0-" + ordinal);
  }

  private static String request(World world, int ordinal) {
    return ShardVolumes.request(claim(world, ordinal)).toString();
  }

  private static String template(World world) {
    return ShardVolumes.request(
            world.get(StatefulSet.class, "kn-s0").getSpec().getVolumeClaimTemplates().getFirst())
        .toString();
  }

  private static String image(World world) {
    return world
        .get(StatefulSet.class, "kn-s0")
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getImage();
  }

  private static String setting(World world, String name) {
    return String.valueOf(PatroniDrift.parameters(world.config("s0")).get(name));
  }
}
