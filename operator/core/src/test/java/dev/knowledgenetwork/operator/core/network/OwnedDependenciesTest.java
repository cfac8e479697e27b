package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose the ShardSet and the CacheTier are that a network finds under its name, or refers to. */
class OwnedDependenciesTest {

  private final KnowledgeNetwork network = Networks.network();

  @Test
  void aShardSetOfSomebodyElseIsNeverUsedUnasked() {
    ShardSet foreign = Networks.shardSet(network, ConditionStatus.TRUE);
    foreign.getMetadata().setOwnerReferences(List.of());
    Observed observed = Networks.observed(Children.none(), List.of(foreign));
    Plan plan = Networks.plan(network, observed);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.InvalidSpec(
                StandardReason.NAME_TAKEN,
                "spec.shardSet",
                "ShardSet kn exists and was not made by this KnowledgeNetwork: set"
                    + " spec.shardSet.name to kn to use it, or give one of them another name"));
  }

  /** Else it would be deleted, as what is no longer to be made. */
  @Test
  void aNetworkThatRefersToWhatItMadeIsRefused() {
    KnowledgeNetwork referring =
        NetworkSpecs.network("{shardSet: {name: kn}, cacheTier: {name: kn}}");
    Plan plan = Networks.plan(referring, Networks.settled(network, Networks.IMAGES));
    assertThat(plan.isBlocked()).isTrue();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.InvalidSpec(
                StandardReason.INVALID_SPEC,
                "spec.shardSet",
                "ShardSet kn was made by this KnowledgeNetwork, which uses it anyway: remove"
                    + " spec.shardSet"),
            new Problem.InvalidSpec(
                StandardReason.INVALID_SPEC,
                "spec.cacheTier",
                "CacheTier kn was made by this KnowledgeNetwork, which uses it anyway: remove"
                    + " spec.cacheTier"));
  }

  @Test
  void whatAnEarlierNetworkOfTheNameMadeIsNeitherUsedNorInTheWay() {
    ShardSet earlier = Networks.shardSet(network, ConditionStatus.TRUE);
    earlier.getMetadata().getOwnerReferences().getFirst().setUid("uid-of-the-earlier");
    Plan plan = Networks.plan(network, Networks.observed(Children.none(), List.of(earlier)));
    assertThat(plan.isBlocked()).isFalse();
    assertThat(plan.resources()).hasAtLeastOneElementOfType(ShardSet.class);
    assertThat(plan.problems()).extracting(Problem::message).contains("ShardSet kn is being made.");
  }
}
