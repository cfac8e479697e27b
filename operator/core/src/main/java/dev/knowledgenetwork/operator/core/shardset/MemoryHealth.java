package dev.knowledgenetwork.operator.core.shardset;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.MEMORY_OK;

import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.patroni.SharedMemory;
import dev.knowledgenetwork.operator.core.shardset.rules.ShardSetValidator;
import java.util.List;

/**
 * What is to be said of settings that run and would be refused if they were new: what they take may
 * be missing one day.
 *
 * @param excess the rules that they do not keep
 */
record MemoryHealth(List<Problem.InvalidSpec> excess) {

  MemoryHealth {
    excess = List.copyOf(excess);
  }

  /** Of a spec that is valid otherwise. */
  static MemoryHealth of(ShardSetSpec spec) {
    List<Problem> single = ShardSetValidator.tooLarge(spec);
    return new MemoryHealth(
        (single.isEmpty() ? SharedMemory.violations(spec) : single)
            .stream().map(Problem.InvalidSpec.class::cast).toList());
  }

  /** Sets MemoryOK where there is something to be said. */
  Conditions set(Conditions conditions) {
    return excess.isEmpty()
        ? conditions
        : conditions.no(
            MEMORY_OK,
            ShardSetReason.SETTINGS_TOO_LARGE,
            "PostgreSQL runs with settings that are not taken any more, because it may be ended for"
                + " want of memory: "
                + Problem.InvalidSpec.sentence(excess));
  }
}
