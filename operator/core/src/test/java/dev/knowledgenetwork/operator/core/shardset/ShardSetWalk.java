package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;

/** One ShardSet of two shards through its life, and what its conditions say. */
abstract class ShardSetWalk {

  final ShardSet set = Sets.set("{sharding: {shards: 2}}");

  void see(World world) {
    world.pass();
  }

  void expect(ConditionType type, ConditionStatus status, String reason) {
    Condition condition = Conditions.find(set.getStatus().conditions(), type).orElseThrow();
    assertThat(condition.reason()).as(type + " " + condition.message()).isEqualTo(reason);
    assertThat(condition.status()).as(type + " " + reason).isEqualTo(status);
  }

  String message(ConditionType type) {
    return Conditions.find(set.getStatus().conditions(), type).orElseThrow().message();
  }

  /** All is as it is to be. */
  void settled() {
    expect(ConditionType.READY, ConditionStatus.TRUE, "Ready");
    expect(ConditionType.RECONCILING, ConditionStatus.FALSE, "Settled");
    expect(ConditionType.STALLED, ConditionStatus.FALSE, "Valid");
    expect(ConditionType.DEGRADED, ConditionStatus.FALSE, "Whole");
    expect(ConditionType.TOPOLOGY_STABLE, ConditionStatus.TRUE, "Published");
  }
}
