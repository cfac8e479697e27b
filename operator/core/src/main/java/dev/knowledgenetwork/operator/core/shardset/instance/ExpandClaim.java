package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.api.model.Quantity;

/**
 * Asks for a larger volume. Precondition: the claim asks for less. The volume grows while it is in
 * use, where its class can do that; no pod is restarted.
 *
 * @param claim its name
 * @param size that it is to ask for
 */
public record ExpandClaim(Target shard, String claim, Quantity size) implements Action {

  @Override
  public Target target() {
    return shard.part(shard.part() + "/" + claim);
  }
}
