package dev.knowledgenetwork.scenarios;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** ShardSets of one small instance, each in a namespace of its own, which all go in the end. */
final class SmallShardSets implements AutoCloseable {

  static final String NAME = "t";

  private static final Map<String, String> SPEC =
      Map.of(
          "sharding", "{shards: 1}",
          "instances", "1",
          "storage", "{size: 1Gi}",
          "resources", "{requests: {cpu: 50m, memory: 256Mi}, limits: {memory: 512Mi}}",
          "pool", "{pooler: {instances: 1}}",
          "deletionPolicy", "Delete");

  private final Cluster cluster;
  private final String prefix;
  private final Queue<String> namespaces = new ConcurrentLinkedQueue<>();
  private final ThreadLocal<List<String>> mine = ThreadLocal.withInitial(ArrayList::new);

  SmallShardSets(Cluster cluster, String prefix) {
    this.cluster = cluster;
    this.prefix = prefix;
  }

  /** A namespace with nothing in it. */
  Platform empty(String row) {
    Platform platform = new Platform(cluster, prefix + row, NAME);
    namespaces.add(platform.namespace());
    mine.get().add(platform.namespace());
    cluster.namespace(platform.namespace());
    return platform;
  }

  /** One that is Ready. */
  Platform ready(String row) {
    Platform platform = empty(row);
    apply(platform, Map.of());
    platform.shardSet().awaitReady(Platform.READY);
    return platform;
  }

  /** Applies the ShardSet with these fields of its spec (YAML) instead of the usual ones. */
  void apply(Platform platform, Map<String, String> fields) {
    Map<String, String> spec = new LinkedHashMap<>(SPEC);
    spec.putAll(fields);
    cluster.apply(
        platform.namespace(),
        platform.manifest(
            "ShardSet",
            spec.entrySet().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .collect(Collectors.joining("\n"))));
  }

  /** Waits until that many instances serve and nothing goes on. */
  void awaitWhole(Platform platform, int instances) {
    platform
        .shardSet()
        .await(
            instances + " instances",
            Platform.READY,
            now ->
                now.is("Ready", "True")
                    && now.is("Degraded", "False")
                    && now.is("Reconciling", "False")
                    && Integer.valueOf(instances).equals(now.at("status.readyInstances")));
  }

  /** What the test of this thread made goes; it is not waited for. */
  void leave() {
    mine.get().forEach(name -> cluster.client().namespaces().withName(name).delete());
    mine.remove();
  }

  /** Waits until all are gone. */
  @Override
  public void close() {
    namespaces.forEach(cluster::deleteNamespace);
  }
}
