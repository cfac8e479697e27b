package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.FakePatroni;
import dev.knowledgenetwork.operator.runtime.kit.History;
import dev.knowledgenetwork.operator.runtime.kit.KillSwitch;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A namespace with a ShardSet of one shard, on which one operation is asked for. */
final class ShardWorld implements AutoCloseable {

  private static final String SPEC =
      """
      apiVersion: knowledgenetwork.dev/v1alpha1
      kind: ShardSet
      metadata: {name: kn, namespace: %s}
      spec: {sharding: {shards: 1, buckets: 16, virtualNodes: 1}, instances: 3}
      """;

  private final KubernetesClient client;
  private final OperationScenario scenario;
  private final String namespace;
  private final FakeCluster cluster;
  private final Backends backends;
  private final List<KillSwitch> lives = new ArrayList<>();
  private @Nullable History history;

  ShardWorld(ApiServer server, OperationScenario scenario) {
    this.client = server.client();
    this.scenario = scenario;
    this.namespace = server.namespace(scenario.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    this.cluster = new FakeCluster(server, namespace);
    this.backends = new Backends(client, namespace);
    cluster.collecting(false);
    cluster.jobsEnd(scenario.trialEnd());
    lives.add(KillSwitch.never());
    client.resource(Serialization.unmarshal(SPEC.formatted(namespace), ShardSet.class)).create();
  }

  String namespace() {
    return namespace;
  }

  Backends backends() {
    return backends;
  }

  /** The shard as it is to be before the operation. */
  void settle() {
    await().atMost(Duration.ofSeconds(120)).until(this::ready);
    if (!patroni().leader().equals(scenario.leader())) {
      await().until(() -> patroni().handOver(patroni().leader(), scenario.leader()));
    }
  }

  private boolean ready() {
    ShardSetStatus status = set().getStatus();
    return status != null
        && status.conditions().stream()
            .anyMatch(c -> c.type().equals("Ready") && c.status() == ConditionStatus.TRUE)
        && status.conditions().stream()
            .noneMatch(c -> c.type().equals("Reconciling") && c.status() == ConditionStatus.TRUE);
  }

  /** Asks for the operation; from here on everything is written down. */
  void ask() {
    history =
        new History(
            client, namespace, List.of(ShardSet.class, StatefulSet.class, Pod.class, Job.class));
    history.entries();
    resource()
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Serialization.unmarshal(scenario.request(), java.util.Map.class)));
  }

  /** The next operator lives that long here. */
  void live(KillSwitch next) {
    lives.add(next);
    patroni().wire(next);
  }

  /** How long the newest operator lives here. */
  KillSwitch life() {
    return lives.getLast();
  }

  /** How many operators were killed here. */
  long kills() {
    return lives.stream().filter(KillSwitch::dead).count();
  }

  /** All that operators did, statuses aside: these depend on when they look. */
  List<String> deeds() {
    return lives.stream()
        .skip(1)
        .flatMap(each -> each.deeds().stream())
        .filter(deed -> !deed.endsWith("/status"))
        .map(ShardWorld::anywhere)
        .toList();
  }

  boolean ended() {
    return scenario.ended(set());
  }

  Conduct conduct() {
    return Conduct.in(history.entries());
  }

  /** What happened to the leader since the beginning. */
  List<String> handOvers() {
    return patroni().story().stream()
        .skip(scenario.leader().equals("kn-s0-0") ? 0 : 1)
        .map(ShardWorld::replicas)
        .toList();
  }

  /**
   * Which of the replicas is chosen depends on which one follows first after its restart; how full
   * the disk of this machine is, on all else that it does.
   */
  private static String replicas(String text) {
    return text.replaceAll("that of \\S+, \\d+ % of", "that of an instance, of")
        .replaceAll("kn-s0-[12]", "a replica");
  }

  /** All there is, in words that are the same in each namespace. */
  Set<String> objects() {
    return new Objects(client)
        .names(namespace).stream().map(ShardWorld::anywhere).collect(Collectors.toSet());
  }

  /** What the status says, in words that are the same in each namespace and at any time. */
  List<String> status() {
    ShardSetStatus status = set().getStatus();
    return Stream.concat(
            status.conditions().stream()
                .map(c -> "%s=%s %s: %s".formatted(c.type(), c.status(), c.reason(), c.message())),
            status.operations().stream()
                .map(
                    o ->
                        "%s of %s for %s is %s at %s: %s"
                            .formatted(
                                o.type(), o.target(), o.id(), o.phase(), o.step(), o.message())))
        .map(text -> replicas(anywhere(text.replace(namespace, "demo"))))
        .sorted()
        .toList();
  }

  /** Patroni's configuration and who leads. */
  String replication() {
    return replicas(patroni().leader()) + " " + patroni().config();
  }

  /** Reasons of the Events about the ShardSet. */
  Set<String> told() {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .map(event -> event.getReason())
        .collect(Collectors.toSet());
  }

  /** A trial has another name in each namespace. */
  private static String anywhere(String text) {
    return text.replaceAll("-try-[0-9a-f]{8}", "-try");
  }

  private FakePatroni patroni() {
    return backends.patroni("kn", "s0");
  }

  private ShardSet set() {
    return resource().get();
  }

  private Resource<ShardSet> resource() {
    return client.resources(ShardSet.class).inNamespace(namespace).withName("kn");
  }

  /** What is the matter, for a person who reads a failed test. */
  @Override
  public String toString() {
    return "%s: %s%nhand-overs %s".formatted(namespace, status(), handOvers());
  }

  @Override
  public void close() {
    if (history != null) {
      history.close();
    }
    backends.close();
    cluster.close();
  }
}
