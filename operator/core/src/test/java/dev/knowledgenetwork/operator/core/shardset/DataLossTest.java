package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataLossTest {

  private static final String TEXT =
      "The data of shard s0 is gone: no volume of it has a database, and it had one (the shard was"
          + " made at 2026-01-01T00:00:00Z; claim data-kn-s0-0 at 2026-02-01T00:00:00Z, claim"
          + " data-kn-s0-1 at 2026-02-01T00:00:00Z). Restore the claims, with their labels, from a"
          + " backup. They can take the place of those that are empty while nobody makes these anew:"
          + " kubectl -n demo annotate shs kn knowledgenetwork.dev/paused=true, then kubectl -n demo"
          + " scale statefulset kn-s0 --replicas=0; take both back afterwards. Or begin with an empty"
          + " shard: kubectl -n demo delete endpoints kn-s0-config kn-s0-sync kn-s0.";

  private final World world = World.running(Sets.small("instances: 2"));

  @Test
  void whereNoInstanceHasADatabaseAPersonHasToSayWhatIsToBecomeOfIt() {
    remadeClaims();
    members(empty(0), empty(1));
    world.pass();
    Condition stalled = condition(ConditionType.STALLED);
    assertThat(stalled.reason()).isEqualTo("DataLost");
    assertThat(stalled.message()).isEqualTo(TEXT);
    assertThat(condition(ConditionType.READY).reason()).isEqualTo("DataLost");
    assertThat(condition(ConditionType.READY).message()).startsWith(TEXT);
    assertThat(condition(ConditionType.DEGRADED).reason()).isEqualTo("DataLost");
    for (ConditionType no : List.of(ConditionType.READY, ConditionType.RECONCILING)) {
      assertThat(Conditions.holds(world.status().conditions(), no)).as(no.text()).isFalse();
    }
    assertThat(world.plan().actions()).as("nothing is begun anew").isEmpty();
  }

  @Test
  void itIsNoLongerSaidOnceAnInstanceLeads() {
    members(empty(0), empty(1));
    world.pass();
    members(new Member("kn-s0-0", "leader", "running"), empty(1));
    assertThat(problems()).isEmpty();
  }

  @Test
  void oneThatDoesNotAnswerMayHaveTheData() {
    members(empty(0));
    assertThat(problems()).isEmpty();
  }

  @Test
  void oneThatHasADatabaseIsWaitedFor() {
    members(empty(0), new Member("kn-s0-1", "replica", "starting"));
    assertThat(problems()).isEmpty();
    members(empty(0), new Member("kn-s0-1", "replica", "stopped"));
    assertThat(problems()).isEmpty();
  }

  @Test
  void aReplicaThatIsMadeAnewIsNoLoss() {
    remadeClaims();
    members(new Member("kn-s0-0", "leader", "running"), empty(1));
    assertThat(problems()).isEmpty();
  }

  @Test
  void aShardThatHasNeverHadADatabaseHasLostNone() {
    members(empty(0), empty(1));
    Endpoints memory = world.get(Endpoints.class, "kn-s0-config");
    memory.getMetadata().getAnnotations().put("initialize", "");
    assertThat(problems()).as("the first one is being made").isEmpty();
    memory.getMetadata().getAnnotations().remove("initialize");
    assertThat(problems()).isEmpty();
  }

  @Test
  void aClaimWhoseVolumeWasDeletedCountsAlthoughNoPodCanStart() {
    claim(0).setStatus(new PersistentVolumeClaimStatusBuilder().withPhase("Lost").build());
    world.remove(Pod.class, "kn-s0-0");
    members(empty(1));
    assertThat(problems())
        .singleElement()
        .asString()
        .contains("the volume of claim data-kn-s0-0 was deleted");
  }

  @Test
  void aShardThatIsBegunAnewHasLostNothingOfWhatItsInstancesSaidBefore() {
    members(empty(0), empty(1));
    assertThat(problems()).isNotEmpty();
    world
        .get(Endpoints.class, "kn-s0-config")
        .getMetadata()
        .setCreationTimestamp(Sets.NOW.plus(Duration.ofHours(1)).toString());
    assertThat(problems()).isEmpty();
  }

  private List<Problem> problems() {
    return world.plan().problems().stream()
        .filter(problem -> problem.reason().text().equals("DataLost"))
        .toList();
  }

  private void remadeClaims() {
    world
        .get(Endpoints.class, "kn-s0-config")
        .getMetadata()
        .setCreationTimestamp("2026-01-01T00:00:00Z");
    for (int ordinal = 0; ordinal < 2; ordinal++) {
      claim(ordinal).getMetadata().setCreationTimestamp("2026-02-01T00:00:00Z");
    }
  }

  private PersistentVolumeClaim claim(int ordinal) {
    return world.get(PersistentVolumeClaim.class, "data-kn-s0-" + ordinal);
  }

  private void members(Member... members) {
    world.patroni("s0", new PatroniView(Arrays.asList(members), world.config("s0")));
  }

  private static Member empty(int ordinal) {
    return new Member("kn-s0-" + ordinal, Member.UNINITIALIZED, "stopped");
  }

  private Condition condition(ConditionType type) {
    return Conditions.find(world.status().conditions(), type).orElseThrow();
  }
}
