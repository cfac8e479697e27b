package dev.knowledgenetwork.operator.core.shardset.observe;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import java.util.Map;

/**
 * All that a ShardSet's plan and status depend on.
 *
 * @param patroni by shard name; a shard whose Patroni did not answer lately has no entry
 * @param databases by shard name; a shard whose primary did not answer lately has no entry
 */
public record ShardSetObserved(
    Children children, Map<String, PatroniView> patroni, Map<String, DatabaseView> databases) {

  public ShardSetObserved {
    patroni = Map.copyOf(patroni);
    databases = Map.copyOf(databases);
  }
}
