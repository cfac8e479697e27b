package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels that somebody takes from a claim. */
class LostLabelsTest {

  private final World world = World.running(Sets.small("instances: 2"));

  @ParameterizedTest
  @ValueSource(strings = {Labels.SHARD, Labels.CLUSTER_ID, Labels.MANAGED_BY})
  void areToldWithTheCommandThatPutsThemBack(String label) {
    world.put(
        new PersistentVolumeClaimBuilder(claim())
            .editMetadata()
            .removeFromLabels(label)
            .endMetadata()
            .build());
    world.pass();
    told();
  }

  /** Without the label of its ShardSet the operator does not see it at all. */
  @Test
  void ofAClaimThatIsNotSeenAnyMoreThePodSpeaks() {
    PersistentVolumeClaim claim = claim();
    world.remove(PersistentVolumeClaim.class, "data-kn-s0-1");
    world.pass();
    told();
    world.put(claim);
    world.pass();
    assertThat(stalled().reason()).isEqualTo("Valid");
  }

  private void told() {
    assertThat(stalled().reason()).isEqualTo("IdentityMismatch");
    assertThat(stalled().message())
        .startsWith("Somebody took labels from claim data-kn-s0-1, by which")
        .contains("kubectl -n demo label --overwrite pvc/data-kn-s0-1 ")
        .contains(" knowledgenetwork.dev/shard=s0 knowledgenetwork.dev/shardset=kn.");
    assertThat(Conditions.holds(world.status().conditions(), ConditionType.READY)).isTrue();
  }

  private PersistentVolumeClaim claim() {
    return world.get(PersistentVolumeClaim.class, "data-kn-s0-1");
  }

  private Condition stalled() {
    return Conditions.find(world.status().conditions(), ConditionType.STALLED).orElseThrow();
  }
}
