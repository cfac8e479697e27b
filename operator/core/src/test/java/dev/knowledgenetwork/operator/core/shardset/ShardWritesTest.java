package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.shardset.topology.WriteRefusal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A shard is ready when a write was accepted. */
class ShardWritesTest extends ShardSetWalk {

  private static final WriteRefusal READ_ONLY =
      new WriteRefusal("25006", "cannot execute INSERT in a read-only transaction", "");

  @Test
  void aShardWhosePrimaryRefusesAWriteIsNotReadyInTheWordsOfPostgresql() {
    World world = World.running(set);
    see(world);
    world.database("s0", Sets.PREPARED.refusing(Optional.of(READ_ONLY)));
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "WritesRefused");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "WritesRefused");
    assertThat(message(ConditionType.READY))
        .startsWith(
            "s0 takes no writes: cannot execute INSERT in a read-only transaction, SQLSTATE 25006."
                + " Either default_transaction_read_only is on")
        .endsWith(
            "knowledgenetwork.dev/shard=s0,knowledgenetwork.dev/shardset=kn --prefix --tail=100.");
    assertThat(set.getStatus().readyShards()).isEqualTo(1);
    world.database("s0", Sets.PREPARED);
    see(world);
    settled();
  }

  @Test
  void whatPostgresqlAdvisesIsPassedOn() {
    World world = World.running(set);
    see(world);
    WriteRefusal full =
        new WriteRefusal(
            "53100",
            "could not extend file \"base/16385/16444\": No space left on device",
            "Check free disk space");
    world.database("s1", Sets.PREPARED.refusing(Optional.of(full)));
    see(world);
    assertThat(message(ConditionType.DEGRADED))
        .isEqualTo(
            "s1 takes no writes: could not extend file \"base/16385/16444\": No space left on"
                + " device, SQLSTATE 53100. Check free disk space.");
  }

  @Test
  void rightsThatWereTakenAwayComeBackByThemselves() {
    World world = World.running(set);
    see(world);
    WriteRefusal denied = new WriteRefusal("42501", "permission denied for schema kn", "");
    world.database("s0", Sets.PREPARED.refusing(Optional.of(denied)));
    see(world);
    assertThat(message(ConditionType.DEGRADED))
        .startsWith(
            "s0 takes no writes: permission denied for schema kn, SQLSTATE 42501. The operator puts"
                + " rights of applications back within a minute. If it lasts or comes again,"
                + " somebody or something takes them away: search what migrations and scripts of"
                + " yours do in SQL, and read why: kubectl -n demo logs")
        .endsWith("--tail=100.");
  }

  /** Patroni answers some seconds after the database. The only copy of the data is no replica. */
  @Test
  void anOnlyInstanceThatIsBackIsNeverToBeMadeAnew() {
    World world = World.running(Sets.small("instances: 1"));
    world.pod("s0", 0, "", false);
    world.forgetAnswers();
    world.pass();
    assertThat(degraded(world).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(degraded(world).message()).doesNotContain("delete pvc");
    world.pod("s0", 0, "primary", true);
    world.database("s0", Sets.PREPARED);
    world.pass();
    assertThat(degraded(world).message()).doesNotContain("delete pvc", "does not follow");
    assertThat(degraded(world).status()).isEqualTo(ConditionStatus.FALSE);
  }

  private static Condition degraded(World world) {
    return Conditions.find(world.status().conditions(), ConditionType.DEGRADED).orElseThrow();
  }

  @Test
  void aPlannedHandOverIsNoLossWhileTheNextPrimaryIsYetToBeAsked() {
    World world = World.running(set);
    see(world);
    world.pod("s0", 0, "replica", true);
    world.pod("s0", 1, "primary", true);
    see(world);
    settled();
  }

  @Test
  void aDatabaseThatIsSilentWhilePatroniAnswersTakesNoWrites() {
    World world = World.running(set);
    see(world);
    world.databases().fallSilent("s0");
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "WritesRefused");
    assertThat(message(ConditionType.DEGRADED))
        .startsWith(
            "s0 takes no writes: kn-s0-0 leads, but PostgreSQL does not answer the operator at"
                + " kn-s0.demo.svc:5432. Read why: kubectl -n demo logs");
  }
}
