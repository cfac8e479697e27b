package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkDeletionTest {

  private final KnowledgeNetwork network = NetworkSpecs.network("deletionPolicy: Retain");
  private final ShardSet made = madeOf(network);

  @Test
  void aWishThatWasNotPassedOnReachesTheShardSetFirst() {
    ShardSet old = madeOf(NetworkSpecs.network("deletionPolicy: Delete"));
    Removal step = remaining(old);
    assertThat(step.done()).isFalse();
    assertThat(step.remove()).isEmpty();
    assertThat(step.edits())
        .containsExactly(
            new Removal.Edit(old, Map.of("spec", Map.of("deletionPolicy", DeletionPolicy.RETAIN))));
    assertThat(step.message())
        .isEqualTo("Waits until ShardSet kn has the deletion policy of the network.");
  }

  @Test
  void itGoesOnceTheShardSetHasTheSamePolicy() {
    assertThat(remaining(made)).isEqualTo(Removal.complete());
  }

  @Test
  void aShardSetThatIsTakenDownStillAsksItsNetwork() {
    made.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    assertThat(remaining(made).message()).isEqualTo("Waits until ShardSet kn is taken down.");
    assertThat(remaining(made).done()).isFalse();
  }

  @Test
  void nothingIsWaitedForThatItDidNotMakeOrThatHoldsNothing() {
    made.getMetadata().getOwnerReferences().getFirst().setUid("another");
    assertThat(remaining(made)).isEqualTo(Removal.complete());
    ShardSet never = madeOf(NetworkSpecs.network("deletionPolicy: Delete"));
    never.getMetadata().setFinalizers(List.of());
    assertThat(remaining(never)).isEqualTo(Removal.complete());
    assertThat(NetworkDeletion.remaining(network, Children.none())).isEqualTo(Removal.complete());
  }

  /** Its policy may say Retain, and a change of it would not be seen to have arrived. */
  @Test
  void aShardSetThatIsNotUnderstoodIsWaitedFor() {
    made.setUnreadable("spec.deletionPolicy: Archive");
    assertThat(remaining(made))
        .isEqualTo(
            Removal.step(
                List.of(),
                "this version of the operator understands ShardSet kn, or that is deleted"));
  }

  @Test
  void oneThatItLeavesToNobodyKeepsItsLastWish() {
    network.getMetadata().setCreationTimestamp("2026-01-02T00:00:00Z");
    ShardSet left = madeOf(NetworkSpecs.network("deletionPolicy: Delete"));
    left.getMetadata().setOwnerReferences(List.of());
    left.getMetadata().setCreationTimestamp("2026-01-02T00:00:00Z");
    assertThat(remaining(left).edits()).hasSize(1);
    left.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    assertThat(remaining(left)).as("left by an earlier network").isEqualTo(Removal.complete());
  }

  private Removal remaining(ShardSet set) {
    return NetworkDeletion.remaining(network, new Children(List.of(set)));
  }

  private static ShardSet madeOf(KnowledgeNetwork network) {
    ShardSet set = Networks.shardSet(network, ConditionStatus.TRUE);
    set.getMetadata().setFinalizers(List.of(Annotations.FINALIZER));
    return set;
  }
}
