package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What would run in the pods of one namespace: a real PostgreSQL and a stand-in for Patroni for
 * each shard, a real Redis for each cache, with the certificates and passwords that the operator
 * minted, reached by the names that clients in a cluster use.
 */
public final class Backends implements Addresses, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
  private static final HostPort SILENT = new HostPort("127.0.0.1", 1);

  private final KubernetesClient client;
  private final String namespace;
  private final Map<String, Shard> shards = new ConcurrentHashMap<>();
  private final Map<String, Cache> caches = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** Starts what StatefulSets of the namespace ask for, as soon as they do. */
  public Backends(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    timer.scheduleWithFixedDelay(this::tick, 0, 100, TimeUnit.MILLISECONDS);
  }

  /**
   * A Redis.
   *
   * @param pod uid of the pod in which it would run; empty before there is one
   */
  private record Cache(TlsRedis redis, String pod) {}

  private record Shard(PostgresServer postgres, FakePatroni patroni, Set<String> uids)
      implements AutoCloseable {
    @Override
    public void close() {
      patroni.close();
      postgres.close();
    }
  }

  /** Patroni of a shard, once it runs. */
  public FakePatroni patroni(String shardSet, String shard) {
    return shards.get(shardSet + "-" + shard).patroni();
  }

  /** PostgreSQL of a shard, once it runs. */
  public PostgresServer postgres(String shardSet, String shard) {
    return shards.get(shardSet + "-" + shard).postgres();
  }

  private void tick() {
    try {
      startMissing();
      shards.forEach(this::follow);
      caches.replaceAll(this::followed);
    } catch (RuntimeException e) {
      if (!timer.isShutdown()) {
        LOG.error("a backend does not start", e);
      }
    }
  }

  private void startMissing() {
    for (StatefulSet set : client.apps().statefulSets().inNamespace(namespace).list().getItems()) {
      String what = set.getMetadata().getLabels().get("app.kubernetes.io/name");
      String name = set.getMetadata().getName();
      if (what.equals("postgres") && !shards.containsKey(name)) {
        shards.put(name, shard(set, name));
      } else if (what.equals("valkey") && !caches.containsKey(name)) {
        caches.put(name, new Cache(redis(label(set, "knowledgenetwork.dev/cachetier")), ""));
      }
    }
  }

  /** A pod that is made anew reads its Secret anew. */
  private Cache followed(String name, Cache cache) {
    Pod pod = client.pods().inNamespace(namespace).withName(name + "-0").get();
    if (pod == null || !FakePods.isReady(pod) || pod.getMetadata().getUid().equals(cache.pod())) {
      return cache;
    }
    if (cache.pod().isEmpty()) {
      return new Cache(cache.redis(), pod.getMetadata().getUid());
    }
    TlsRedis redis = redis(pod.getMetadata().getLabels().get("knowledgenetwork.dev/cachetier"));
    cache.redis().close();
    return new Cache(redis, pod.getMetadata().getUid());
  }

  /** Patroni knows of the pods, and of whom to say that it leads. */
  private void follow(String name, Shard shard) {
    FakePatroni patroni = shard.patroni();
    List<Pod> pods = pods(name);
    if (pods.stream().map(pod -> pod.getMetadata().getUid()).anyMatch(shard.uids()::add)) {
      Secret superuser =
          secret(
              pods.getFirst().getMetadata().getLabels().get("knowledgenetwork.dev/shardset")
                  + "-superuser");
      patroni.authorize(
          value(superuser, "rest-username") + ":" + value(superuser, "rest-password"));
    }
    patroni.follow(
        pods.stream().map(pod -> pod.getMetadata().getName()).toList(),
        pods.stream()
            .filter(FakePods::isReady)
            .map(pod -> pod.getMetadata().getName())
            .collect(Collectors.toSet()));
    synchronized (patroni) {
      label(name, patroni.leader());
    }
  }

  private List<Pod> pods(String shard) {
    return client.pods().inNamespace(namespace).withLabel(Labels.SCOPE, shard).list().getItems();
  }

  private void label(String shard, String leader) {
    for (Pod pod : pods(shard)) {
      String role = pod.getMetadata().getName().equals(leader) ? "primary" : "replica";
      if (!role.equals(pod.getMetadata().getLabels().get(Labels.ROLE))) {
        label(pod, role);
      }
    }
  }

  private void label(Pod pod, String role) {
    try {
      client
          .resource(pod)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\":{\"uid\":\"%s\",\"labels\":{\"%s\":\"%s\"}}}"
                  .formatted(pod.getMetadata().getUid(), Labels.ROLE, role));
    } catch (KubernetesClientException e) {
      LOG.debug("{} is not there to be labelled: {}", pod.getMetadata().getName(), e.getCode());
    }
  }

  private Shard shard(StatefulSet set, String name) {
    Secret tls = secret(name + "-tls");
    Secret superuser = secret(label(set, "knowledgenetwork.dev/shardset") + "-superuser");
    FakePatroni patroni = FakePatroni.of(client, set);
    patroni.beforePromotion(leader -> label(name, leader));
    PostgresServer postgres =
        new PostgresServer(
            value(tls, "tls.crt"), value(tls, "tls.key"), value(superuser, "password"));
    rolesOfPatroni(postgres, superuser);
    return new Shard(postgres, patroni, ConcurrentHashMap.newKeySet());
  }

  private static void rolesOfPatroni(PostgresServer postgres, Secret superuser) {
    try (Connection connection = postgres.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create role replicator replication login password '%s'"
              .formatted(value(superuser, "replication-password")));
      statement.execute(
          "create role rewind login password '%s'".formatted(value(superuser, "rewind-password")));
      // As poolers call them.
      statement.execute("create database kn_s0");
      statement.execute("create database kn_s1");
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL for tests does not take roles", e);
    }
  }

  private TlsRedis redis(String owner) {
    Secret server = secret(owner + "-cache-server");
    return TlsRedis.ofUsers(
        value(server, "tls.crt"), value(server, "tls.key"), value(server, "users.acl"));
  }

  private static String label(HasMetadata object, String key) {
    return object.getMetadata().getLabels().get(key);
  }

  private Secret secret(String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  private static String value(Secret secret, String key) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  @Override
  public HostPort database(String namespace, String shardSet, String shard) {
    return Optional.ofNullable(shards.get(shardSet + "-" + shard))
        .map(
            found ->
                new HostPort(
                    shardSet + "-" + shard + "." + namespace + ".svc", found.postgres().port()))
        .orElse(SILENT);
  }

  /** No pooler runs here: the first server stands for it, by its own name. */
  @Override
  public HostPort pooler(String namespace, String shardSet) {
    return database(namespace, shardSet, "s0");
  }

  @Override
  public HostPort pooler(String namespace, String shardSet, String address) {
    return pooler(namespace, shardSet);
  }

  /** No application runs here. */
  @Override
  public HostPort application(String namespace, String network) {
    return SILENT;
  }

  /** All instances of a shard are one. */
  @Override
  public HostPort instance(String namespace, String shardSet, String shard, String pod) {
    String name = shardSet + "-" + shard;
    return Optional.ofNullable(shards.get(name))
        .map(
            found ->
                new HostPort(
                    pod + "." + name + "-pods." + namespace + ".svc", found.postgres().port()))
        .orElse(SILENT);
  }

  @Override
  public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
    String name = shardSet + "-" + shard;
    return Optional.ofNullable(shards.get(name))
        .map(
            found ->
                IntStream.range(0, instances)
                    .mapToObj(n -> name + "-" + n + "." + name + "-pods." + namespace + ".svc")
                    .map(host -> new HostPort(host, found.patroni().port()))
                    .toList())
        .orElse(List.of(SILENT));
  }

  @Override
  public HostPort cache(String namespace, String cacheTier) {
    String name = cacheTier + "-valkey";
    return Optional.ofNullable(caches.get(name))
        .map(found -> new HostPort(name + "." + namespace + ".svc", found.redis().port()))
        .orElse(SILENT);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    // What is being started is closed too.
    timer.close();
    shards.values().forEach(Shard::close);
    caches.values().forEach(cache -> cache.redis().close());
  }
}
