package dev.knowledgenetwork.operator.core.shardset.rules;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import java.util.Objects;
import java.util.Set;

/**
 * Whether a ShardSet runs by the spec that it has: some version of the operator has taken it. A
 * rule that came later, and is about what may happen one day, must not refuse it then.
 */
public final class InForce {

  private static final Set<String> REFUSED =
      Set.of(StandardReason.INVALID_SPEC.text(), ShardSetReason.IDENTITY_MISMATCH.text());

  private InForce() {}

  /** By its status, which outlives every operator. */
  public static boolean of(ShardSet set) {
    ShardSetStatus status = set.getStatus();
    return status != null
        && status.epoch() != null
        && Objects.equals(status.observedGeneration(), set.getMetadata().getGeneration())
        && Conditions.find(status.conditions(), ConditionType.STALLED)
            .filter(condition -> condition.status() == ConditionStatus.TRUE)
            .filter(condition -> REFUSED.contains(condition.reason()))
            .isEmpty();
  }
}
