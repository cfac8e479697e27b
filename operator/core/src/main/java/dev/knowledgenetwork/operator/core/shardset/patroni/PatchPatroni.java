package dev.knowledgenetwork.operator.core.shardset.patroni;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes keys of a shard's dynamic configuration (REST {@code PATCH /config}).
 *
 * @param instances how many members there are to ask
 * @param changes key to desired value; values are JSON scalars or maps; null deletes a key
 */
public record PatchPatroni(Target shard, int instances, Map<String, Object> changes)
    implements Action {

  /** Copies the changes. */
  public PatchPatroni {
    changes = Collections.unmodifiableMap(new HashMap<>(changes));
  }

  @Override
  public Target target() {
    return shard.part(shard.part() + "/configuration");
  }
}
