package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.identity.Logins;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Replication and databases of all shards, and what of them was told to the operator. */
final class Databases {

  /** As PostgreSQL says it. */
  static final String REFUSAL =
      "password authentication failed for user \"postgres\", SQLSTATE 28P01";

  private final ShardSet set;
  private final Consumer<String> log;
  private final Map<String, Replication> replications = new TreeMap<>();
  private final Map<String, DatabaseView> views = new HashMap<>();
  private final Map<String, PatroniView> patroniTold = new HashMap<>();
  private final Map<String, Seen> patroniSeen = new HashMap<>();
  private final Map<String, DatabaseView> told = new HashMap<>();
  private final Map<String, Logins> known = new HashMap<>();
  private final Map<String, LoginsView> loginsTold = new HashMap<>();
  private final Supplier<Children> cluster;
  private final Map<String, StorageView> storage = new TreeMap<>();
  private Map<String, String> refusedTexts = Map.of();

  /**
   * Empty ones.
   *
   * @param cluster with the Secrets as they stand now
   */
  Databases(ShardSet set, Consumer<String> log, Supplier<Children> cluster) {
    this.set = set;
    this.log = log;
    this.cluster = cluster;
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
          facts.with(
              PatroniView.FACT,
              Blueprint.target(set, each.getKey()),
              each.getValue(),
              since(each.getKey(), each.getValue(), now));
    }
    for (Map.Entry<String, DatabaseView> each : told.entrySet()) {
      facts =
          facts.with(DatabaseView.FACT, Blueprint.target(set, each.getKey()), each.getValue(), now);
    }
    for (Map.Entry<String, LoginsView> each : loginsTold.entrySet()) {
      facts =
          facts.with(LoginsView.FACT, Blueprint.target(set, each.getKey()), each.getValue(), now);
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

  /** What Patroni told, and when it was first seen. */
  private record Seen(PatroniView view, Instant since) {}

  private Instant since(String shard, PatroniView view, Instant now) {
    return patroniSeen
        .compute(
            shard,
            (same, seen) -> seen != null && seen.view().equals(view) ? seen : new Seen(view, now))
        .since();
  }

  void act(Action action) {
    switch (action) {
      case PatchPatroni patch -> of(patch.shard().part()).patch(patch.changes());
      case HandOver handOver -> of(handOver.shard().part()).handOver(handOver);
      case PrepareDatabase prepare -> prepare(prepare);
      default -> throw new AssertionError("no handler of " + action);
    }
  }

  private void prepare(PrepareDatabase action) {
    String shard = action.shard().part();
    if (logins(shard).refusal().isPresent()) {
      return;
    }
    views.put(
        shard,
        new DatabaseView(
            true,
            action.clusterId(),
            KnSchema.VERSION,
            TopologyDocument.parse(action.topology()).epoch()));
    known.put(shard, secrets());
  }

  private Logins secrets() {
    return Logins.of(set.getMetadata().getName(), cluster.get());
  }

  /** What a database says of the passwords that the Secrets have now. */
  private LoginsView logins(String shard) {
    Logins now = secrets();
    Logins there = known.getOrDefault(shard, now);
    boolean in = there.of(Logins.SUPERUSER).equals(now.of(Logins.SUPERUSER));
    return new LoginsView(
        now,
        now.passwords().keySet().stream()
            .filter(role -> in && !there.of(role).equals(now.of(role)))
            .collect(Collectors.toSet()),
        in ? Optional.empty() : Optional.of(REFUSAL));
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
    known.putIfAbsent(shard, secrets());
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
   * Everybody answers but those who refuse the operator's password: of these only that is known.
   *
   * @param leading who leads a shard now
   */
  void tell(Function<String, Leading> leading) {
    replications.forEach((shard, replication) -> patroniTold.put(shard, replication.view()));
    views.forEach((shard, view) -> told.put(shard, view.asked(leading.apply(shard))));
    views.keySet().forEach(shard -> loginsTold.put(shard, logins(shard)));
    told.keySet().removeIf(shard -> loginsTold.get(shard).refusal().isPresent());
  }

  /** Nobody has answered. */
  void fallSilent() {
    patroniTold.clear();
    told.clear();
    loginsTold.clear();
    storage.clear();
  }

  /** One database does not answer any more. */
  void fallSilent(String shard) {
    views.remove(shard);
    told.remove(shard);
    loginsTold.remove(shard);
  }

  /** All of it, as a value. */
  List<Object> picture() {
    return List.of(
        replications.values().stream().map(Replication::view).toList(),
        new TreeMap<>(views).toString(),
        patroniTold,
        new TreeMap<>(told).toString(),
        new TreeMap<>(loginsTold).toString());
  }
}
