package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkStatus;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.network.ProfileState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkReason;
import dev.knowledgenetwork.operator.core.network.roles.SizeTable;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A release with other sizes changes nothing that runs. */
class RevisionTest {

  /** In revision 2 every profile is what Medium was. */
  private static final SizeTable LATER =
      new SizeTable(
          List.of(
              SizeTable.released().revisions().getFirst(),
              Map.of(
                  Profile.DEVELOPMENT, Networks.sizes(Profile.MEDIUM),
                  Profile.SMALL, Networks.sizes(Profile.MEDIUM),
                  Profile.MEDIUM, Networks.sizes(Profile.MEDIUM))));

  private final KnowledgeNetwork network = Networks.network();

  @Test
  void theStatusRecordsTheRevisionThatWasPlanned() {
    network.setStatus(status());
    assertThat(network.getStatus().profile()).isEqualTo(new ProfileState(Profile.DEVELOPMENT, 1));
    assertThat(shards(LATER)).as("recorded").isEqualTo(2);
    network.setStatus(null);
    assertThat(shards(LATER)).as("new").isEqualTo(4);
  }

  @Test
  void anInvalidSpecLeavesTheRecordAsItIs() {
    network.setStatus(status());
    network.setSpec(NetworkSpecs.network("{profile: Medium}").getSpec());
    assertThat(status().profile()).isEqualTo(new ProfileState(Profile.DEVELOPMENT, 1));
    network.setSpec(Networks.network(Profile.MEDIUM).getSpec());
    assertThat(status().profile()).isEqualTo(new ProfileState(Profile.MEDIUM, 1));
  }

  @Test
  void anOlderOperatorTouchesNothingOfANewerOnes() {
    KnowledgeNetworkStatus empty = KnowledgeNetworkStatus.empty();
    network.setStatus(
        new KnowledgeNetworkStatus(
            1L,
            empty.conditions(),
            new ProfileState(Profile.DEVELOPMENT, 2),
            null,
            null,
            null,
            null,
            List.of()));
    Plan plan = Networks.plan(network, Networks.NOTHING);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.InvalidSpec(
                NetworkReason.UNKNOWN_REVISION,
                "spec.profile",
                "this version of the operator does not know revision 2 of the profile's sizes,"
                    + " which the status records: install the version that recorded it, or a newer"
                    + " one"));
    assertThat(status().profile()).isEqualTo(new ProfileState(Profile.DEVELOPMENT, 2));
  }

  private KnowledgeNetworkStatus status() {
    Passes.run(new NetworkKind(Networks.IMAGES), network, Networks.NOTHING);
    return network.getStatus();
  }

  private int shards(SizeTable table) {
    return NetworkPlanner.plan(network, Networks.NOTHING, Networks.IMAGES, table)
        .resources()
        .stream()
        .filter(ShardSet.class::isInstance)
        .map(set -> ((ShardSet) set).getSpec().sharding().shards())
        .findFirst()
        .orElseThrow();
  }
}
