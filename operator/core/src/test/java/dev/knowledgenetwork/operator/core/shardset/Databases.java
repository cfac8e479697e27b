package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.topology.KnSchema;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Replication and databases of all shards, and what of them was told to the operator. */
final class Databases {

  private final ShardSet set;
  private final Consumer<String> log;
  private final Map<String, Replication> replications = new TreeMap<>();
  private final Map<String, DatabaseView> views = new HashMap<>();
  private final Map<String, PatroniView> patroniTold = new HashMap<>();
  private final Map<String, DatabaseView> told = new HashMap<>();

  Databases(ShardSet set, Consumer<String> log) {
    this.set = set;
    this.log = log;
  }

  Replication of(String shard) {
    return replications.computeIfAbsent(
        shard,
        name ->
            new Replication(
                name, PatroniConfiguration.dynamic(set.getSpec(), set.getSpec().instances()), log));
  }

  /** What was told last. */
  Facts facts(Instant now) {
    Facts facts = Facts.none();
    for (Map.Entry<String, PatroniView> each : patroniTold.entrySet()) {
      facts =
          facts.with(PatroniView.FACT, Blueprint.target(set, each.getKey()), each.getValue(), now);
    }
    for (Map.Entry<String, DatabaseView> each : told.entrySet()) {
      facts =
          facts.with(DatabaseView.FACT, Blueprint.target(set, each.getKey()), each.getValue(), now);
    }
    return facts;
  }

  void act(Action action) {
    switch (action) {
      case PatchPatroni patch -> of(patch.shard().part()).patch(patch.changes());
      case HandOver handOver -> of(handOver.shard().part()).handOver(handOver);
      case PrepareDatabase prepare ->
          views.put(
              prepare.shard().part(),
              new DatabaseView(
                  true,
                  prepare.clusterId(),
                  KnSchema.VERSION,
                  TopologyDocument.parse(prepare.topology()).epoch()));
      default -> throw new AssertionError("no handler of " + action);
    }
  }

  /** As if all had come about that somebody wants to see. */
  void patroni(String shard, PatroniView view) {
    of(shard).set(view);
    patroniTold.put(shard, view);
  }

  /** As if a database had answered that. */
  void database(String shard, DatabaseView view) {
    views.put(shard, view);
    told.put(shard, view);
  }

  /** Everybody answers. */
  void tell() {
    replications.forEach((shard, replication) -> patroniTold.put(shard, replication.view()));
    told.putAll(views);
  }

  /** Nobody has answered. */
  void fallSilent() {
    patroniTold.clear();
    told.clear();
  }

  /** All of it, as a value. */
  List<Object> picture() {
    return List.of(
        replications.values().stream().map(Replication::view).toList(), views, patroniTold, told);
  }
}
