package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatchPatroni;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.TextParameters;
import dev.knowledgenetwork.operator.core.shardset.storage.StorageView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.Leading;
import dev.knowledgenetwork.operator.core.shardset.topology.PrepareDatabase;
import dev.knowledgenetwork.topology.KnSchema;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Replication and databases of all shards, and what of them was told to the operator. */
final class Databases {

  private final ShardSet set;
  private final Consumer<String> log;
  private final Map<String, Replication> replications = new TreeMap<>();
  private final Map<String, DatabaseView> views = new HashMap<>();
  private final Map<String, PatroniView> patroniTold = new HashMap<>();
  private final Map<String, DatabaseView> told = new HashMap<>();
  private final Map<String, StorageView> storage = new TreeMap<>();
  private Map<String, String> refusedTexts = Map.of();

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
    Map<String, String> texts = TextParameters.of(set.getSpec());
    for (String each : told.keySet()) {
      facts =
          facts.with(
              TextParameters.FACT,
              Blueprint.target(set, each),
              new TextParameters(texts, refusedTexts),
              now);
    }
    for (Map.Entry<String, StorageView> each : storage.entrySet()) {
      facts =
          facts.with(StorageView.FACT, Blueprint.target(set, each.getKey()), each.getValue(), now);
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

  /** Which texts no server takes as parameters, with its words. */
  void refuseTexts(Map<String, String> refused) {
    refusedTexts = refused;
  }

  /** As if the instances of a shard had answered that. */
  Databases storage(String shard, StorageView view) {
    storage.put(shard, view);
    return this;
  }

  /**
   * Everybody answers.
   *
   * @param leading who leads a shard now
   */
  void tell(Function<String, Leading> leading) {
    replications.forEach((shard, replication) -> patroniTold.put(shard, replication.view()));
    views.forEach((shard, view) -> told.put(shard, view.asked(leading.apply(shard))));
  }

  /** Nobody has answered. */
  void fallSilent() {
    patroniTold.clear();
    told.clear();
    storage.clear();
  }

  /** One database does not answer any more. */
  void fallSilent(String shard) {
    views.remove(shard);
    told.remove(shard);
  }

  /** All of it, as a value. */
  List<Object> picture() {
    return List.of(
        replications.values().stream().map(Replication::view).toList(),
        new TreeMap<>(views).toString(),
        patroniTold,
        new TreeMap<>(told).toString());
  }
}
