package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.shardset.ShardSetPlanner;
import dev.knowledgenetwork.operator.core.shardset.ShardSetStatusCalculator;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.observe.Poller;
import dev.knowledgenetwork.operator.runtime.observe.Target;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How a ShardSet is observed, planned and judged. */
public final class ShardSetSubject implements Subject<ShardSet, ShardSetStatus, ShardSetObserved> {

  private final LiveView view;
  private final Images images;
  private final Poller<Target.Shard, PatroniView> patroni;
  private final Poller<Target.Shard, DatabaseView> databases;

  /** Observes through these. */
  public ShardSetSubject(
      LiveView view,
      Images images,
      Poller<Target.Shard, PatroniView> patroni,
      Poller<Target.Shard, DatabaseView> databases) {
    this.view = view;
    this.images = images;
    this.patroni = patroni;
    this.databases = databases;
  }

  @Override
  public OwnerKind kind() {
    return OwnerKind.SHARD_SET;
  }

  @Override
  public ShardSetObserved observe(ShardSet shardSet, Owner owner) {
    Children children = new Children(view.childrenOf(owner));
    Map<String, PatroniView> replication = new HashMap<>();
    Map<String, DatabaseView> schemas = new HashMap<>();
    Set<String> asked = new HashSet<>();
    int wanted = shardSet.getSpec().instances();
    IntStream.range(0, shardSet.getSpec().sharding().shards())
        .mapToObj(Names::shard)
        .flatMap(
            shard ->
                children
                    .find(StatefulSet.class, Names.shard(owner.name(), shard))
                    .map(live -> Math.max(wanted, live.getSpec().getReplicas()))
                    .map(instances -> new Target.Shard(owner, shard, instances))
                    .stream())
        .forEach(
            target -> {
              patroni.watch(target);
              databases.watch(target);
              asked.add(target.part());
              patroni.latest(target).ifPresent(seen -> replication.put(target.part(), seen));
              databases.latest(target).ifPresent(seen -> schemas.put(target.part(), seen));
            });
    patroni.keepOnly(owner, asked);
    databases.keepOnly(owner, asked);
    return new ShardSetObserved(children, replication, schemas);
  }

  @Override
  public boolean pending(Owner owner) {
    return patroni.pending(owner) || databases.pending(owner);
  }

  @Override
  public Plan plan(ShardSet shardSet, ShardSetObserved observed, Instant now) {
    return ShardSetPlanner.plan(shardSet, observed, images, now);
  }

  @Override
  public ShardSetStatus status(
      ShardSet shardSet, ShardSetObserved observed, Plan plan, Instant now) {
    return ShardSetStatusCalculator.calculate(shardSet, observed, plan, now);
  }

  @Override
  public ShardSetStatus first(@Nullable Long generation, List<Condition> conditions) {
    return new ShardSetStatus(
        generation, conditions, null, null, null, null, null, null, List.of(), null);
  }

  @Override
  public ShardSet blank() {
    return new ShardSet();
  }

  @Override
  public void settled(Owner owner, boolean settled) {
    patroni.settled(owner, settled);
    databases.settled(owner, settled);
  }

  void forget(Owner owner) {
    patroni.forget(owner);
    databases.forget(owner);
  }
}
