package dev.knowledgenetwork.operator.runtime.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.FakePatroni;
import dev.knowledgenetwork.operator.runtime.kit.LiveHeap;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a ShardSet costs in the operator's heap: one shard, three instances, with all its children,
 * its Patroni answering. The operator is the real one, the API server too. A figure is a slope
 * between few and many ShardSets, so that what the operator costs without any does not count, less
 * what the test's own stand-in for Patroni costs.
 */
@ExtendWith(ApiServer.Extension.class)
class HeapBench {

  private static final int FEW = 10;
  private static final int MANY = 60;
  private static final long MOST = 256 * 1024;

  /** Longer than our own writes are remembered. */
  private static final Duration QUIET = Duration.ofSeconds(31);

  private final ApiServer server;
  private final KubernetesClient client;
  private final String namespace;
  private final Patronis patronis = new Patronis();

  HeapBench(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.namespace = server.namespace("heap");
  }

  @Test
  void aShardSetCostsAtMostAQuarterOfAMebibyte() {
    try {
      LiveHeap few;
      LiveHeap patroni;
      LiveHeap many;
      try (OperatorUnderTest operator = OperatorUnderTest.unhurried(server, patronis)) {
        few = with(FEW, operator);
        patroni = patronis.cost(MANY - FEW);
        many = with(MANY, operator);
      }
      LiveHeap slope = many.minus(few);
      long each = (slope.total() - patroni.total()) / (MANY - FEW);
      figure("live heap a ShardSet: %.3f Mi", each / 1024.0 / 1024);
      figure("of it children in the informers:");
      ChildKinds.all().forEach(this::stored);
      figure(
          "platform threads a ShardSet: %.2f",
          (double) (slope.threads() - patroni.threads()) / (MANY - FEW));
      figure(
          "classes that hold most (%.1f KiB of the test's stand-in for Patroni included):",
          patroni.total() / 1024.0 / (MANY - FEW));
      slope
          .largest(12)
          .forEach(type -> figure("%s %s", kibibytes(type.getValue(), MANY - FEW), type.getKey()));
      assertThat(each).isLessThanOrEqualTo(MOST);
    } finally {
      patronis.close();
    }
  }

  private static void figure(String format, Object... values) {
    System.out.println("figure: " + format.formatted(values));
  }

  private static String kibibytes(long bytes, int shardSets) {
    return "%7.1f KiB".formatted(bytes / 1024.0 / shardSets);
  }

  private LiveHeap with(int shardSets, OperatorUnderTest operator) {
    try (FakeCluster cluster = new FakeCluster(server, namespace)) {
      cluster.collecting(false);
      IntStream.range(0, shardSets).forEach(this::create);
      await().atMost(Duration.ofMinutes(10)).until(() -> patronis.start(shards()) == shardSets);
      cluster.deploymentsHavePods();
      operator.awaitQuiet(QUIET, Duration.ofMinutes(10));
    }
    return LiveHeap.now();
  }

  private <T extends HasMetadata> void stored(ChildKind<T> kind) {
    CompactStore<T> store = new CompactStore<>(kind, client.getKubernetesSerialization());
    client
        .resources(kind.type())
        .inNamespace(namespace)
        .withLabelSelector(kind.selector())
        .list()
        .getItems()
        .forEach(object -> store.put(store.getKey(object), object));
    LiveHeap full = LiveHeap.now();
    long begin = System.nanoTime();
    int objects = store.values().toList().size();
    double micros = (System.nanoTime() - begin) / 1000.0 / Math.max(1, objects);
    store.keySet().toList().forEach(store::remove);
    long bytes = full.minus(LiveHeap.now()).total();
    figure(
        "%s in %.1f %s, each read again in %.0f microseconds",
        kibibytes(bytes, MANY), (double) objects / MANY, HasMetadata.getKind(kind.type()), micros);
  }

  private void create(int number) {
    ShardSet shardSet = new ShardSet();
    shardSet.setMetadata(
        new ObjectMetaBuilder().withName("kn" + number).withNamespace(namespace).build());
    if (client.resource(shardSet).get() == null) {
      client.resource(shardSet).create();
    }
  }

  private List<StatefulSet> shards() {
    return client.apps().statefulSets().inNamespace(namespace).list().getItems();
  }

  /** Patroni of every shard. There is no database behind it. */
  private final class Patronis implements Addresses {

    private static final HostPort SILENT = new HostPort("127.0.0.1", 1);
    private final Map<String, FakePatroni> running = new ConcurrentHashMap<>();

    /** How many run. */
    int start(List<StatefulSet> shards) {
      for (StatefulSet shard : shards) {
        running.computeIfAbsent(
            shard.getMetadata().getName(), name -> FakePatroni.of(client, shard));
      }
      return running.size();
    }

    @Override
    public HostPort database(String namespace, String shardSet, String shard) {
      return SILENT;
    }

    @Override
    public HostPort application(String namespace, String network) {
      return SILENT;
    }

    @Override
    public HostPort pooler(String namespace, String shardSet) {
      return SILENT;
    }

    @Override
    public HostPort pooler(String namespace, String shardSet, String address) {
      return SILENT;
    }

    @Override
    public HostPort instance(String namespace, String shardSet, String shard, String pod) {
      return SILENT;
    }

    @Override
    public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
      String name = shardSet + "-" + shard;
      return Optional.ofNullable(running.get(name))
          .map(
              found ->
                  IntStream.range(0, instances)
                      .mapToObj(n -> name + "-" + n + "." + name + "-pods." + namespace + ".svc")
                      .map(host -> new HostPort(host, found.port()))
                      .toList())
          .orElse(List.of(SILENT));
    }

    @Override
    public HostPort cache(String namespace, String cacheTier) {
      return SILENT;
    }

    /** What so many cost this process. */
    LiveHeap cost(int count) {
      StatefulSet any = shards().getFirst();
      LiveHeap before = LiveHeap.now();
      List<FakePatroni> some =
          IntStream.range(0, count).mapToObj(n -> FakePatroni.of(client, any)).toList();
      LiveHeap after = LiveHeap.now();
      some.forEach(FakePatroni::close);
      return after.minus(before);
    }

    void close() {
      running.values().forEach(FakePatroni::close);
    }
  }
}
