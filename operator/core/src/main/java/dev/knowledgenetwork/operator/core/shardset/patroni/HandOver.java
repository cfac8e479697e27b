package dev.knowledgenetwork.operator.core.shardset.patroni;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;

/**
 * Makes another instance the primary, without loss: the old one stops once the new one has
 * everything (REST {@code POST /switchover}). Precondition, checked by Patroni: {@code leader}
 * leads and {@code candidate} follows it closely enough.
 *
 * @param instances how many members there are to ask
 * @param leader pod that leads now
 * @param candidate pod that is to lead
 */
public record HandOver(Target shard, int instances, String leader, String candidate)
    implements Action {

  @Override
  public Target target() {
    return Blueprint.instances(shard);
  }

  @Override
  public Lane lane() {
    return Lane.URGENT;
  }
}
