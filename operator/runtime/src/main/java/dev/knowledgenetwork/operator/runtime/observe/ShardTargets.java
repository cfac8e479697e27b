package dev.knowledgenetwork.operator.runtime.observe;

import static java.util.stream.Collectors.toMap;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The shards that can be asked: those that have instances. */
final class ShardTargets {

  private ShardTargets() {}

  /** Each with how many instances it has, or is to have where that is more. */
  static Map<Target, Integer> of(ShardSet shardSet, Children children) {
    String namespace = shardSet.getMetadata().getNamespace();
    String name = shardSet.getMetadata().getName();
    int wanted = shardSet.getSpec().instances();
    return IntStream.range(0, shardSet.getSpec().sharding().shards())
        .mapToObj(Names::shard)
        .map(
            shard ->
                ShardStatefulSet.instances(children, Names.shard(name, shard))
                    .map(
                        instances ->
                            Map.entry(
                                new Target("ShardSet", namespace, name, shard),
                                Math.max(wanted, instances))))
        .flatMap(Optional::stream)
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
