package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageView;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageView.Volume;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How full volumes are. */
class StorageConditionTest extends ShardSetWalk {

  @Test
  void aVolumeThatFillsUpIsToldBeforeItIsFull() {
    World world = World.running(set);
    see(world);
    expect(ConditionType.STORAGE_OK, ConditionStatus.UNKNOWN, "NotKnown");
    world.databases().storage("s0", volumes(40, 80)).storage("s1", volumes(35, 40));
    see(world);
    expect(ConditionType.STORAGE_OK, ConditionStatus.TRUE, "Enough");
    assertThat(message(ConditionType.STORAGE_OK))
        .isEqualTo(
            "The fullest volume is that of kn-1, 80 % of 9.8Gi (by df in its data directory, in"
                + " steps of 5 %).");
    world.databases().storage("s0", volumes(90, 85));
    see(world);
    expect(ConditionType.STORAGE_OK, ConditionStatus.FALSE, "StorageNearlyFull");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    assertThat(message(ConditionType.STORAGE_OK))
        .contains(
            "kn-0, 90 % of 9.8Gi",
            "; kn-1, 85 % of", "raise spec.storage.size, kubectl -n demo edit shs kn")
        .doesNotContain("40 %");
    world.databases().storage("s0", volumes(95, 85));
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "StorageNearlyFull");
    assertThat(message(ConditionType.READY)).contains("take writes. But: Nearly full: kn-0, 95 %");
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "StorageNearlyFull");
    world.databases().storage("s0", volumes(90, 85));
    see(world);
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
  }

  @Test
  void anInstanceThatIsYetToComeIsNotLostBecauseAVolumeIsNearlyFull() {
    World world = World.running(set);
    world.databases().storage("s0", volumes(95, 95));
    see(world);
    world.spec("{sharding: {shards: 2}, instances: 4}");
    see(world);
    world.live();
    see(world);
    expect(ConditionType.DEGRADED, ConditionStatus.TRUE, "StorageNearlyFull");
  }

  @Test
  void whatStoppedForWantOfSpaceIsToldWithTheVolume() {
    World world = World.running(set);
    world.databases().storage("s0", volumes(100, 95));
    world.patroni(
        "s0",
        new PatroniView(
            List.of(new PatroniView.Member("kn-s0-0", "replica", "crashed")), world.config("s0")));
    see(world);
    expect(ConditionType.READY, ConditionStatus.FALSE, "ShardsUnavailable");
    for (ConditionType type : List.of(ConditionType.READY, ConditionType.DEGRADED)) {
      assertThat(message(type))
          .contains("No writable primary yet in s0", "Nearly full: kn-0, 100 % of", "edit shs kn");
    }
  }

  /** Of two instances. */
  private static StorageView volumes(int one, int other) {
    long size = 98L << 30;
    return new StorageView(
        Map.of("kn-0", new Volume(size / 10, one), "kn-1", new Volume(size / 10, other)));
  }
}
