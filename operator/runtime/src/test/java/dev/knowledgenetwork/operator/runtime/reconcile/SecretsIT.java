package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every Secret that the operator makes is deleted, and every key of it changed, one by one, on a
 * platform that runs: what follows is taken over by all, or told, and nothing is between the two.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ApiServer.Extension.class)
class SecretsIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofSeconds(2);

  /** What nobody can bring along: the ShardSet names it until it is back. */
  private static final String TOLD =
      "kn-db-ca|kn-db-ca/.*|kn-superuser|kn-superuser/(password|cluster-id)";

  /** What nobody could know better: it stays as it is set, and all follow. */
  private static final String KEPT =
      "kn-(app|migrate|cache-auth)/password|kn-superuser/(replication|rewind|rest)-password";

  private final ApiServer server;
  private final KubernetesClient client;
  private FakeCluster cluster;
  private Backends backends;
  private OperatorUnderTest operator;
  private PlatformSecrets secrets;

  SecretsIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeAll
  void start() {
    String namespace = server.namespace("secrets");
    cluster = new FakeCluster(server, namespace);
    backends = new Backends(client, namespace);
    secrets = new PlatformSecrets(client, namespace, backends);
    operator = OperatorUnderTest.start(server, backends, "operator");
    KnowledgeNetwork network = new KnowledgeNetwork();
    network.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    client.resource(network).create();
  }

  @BeforeEach
  void settled() {
    awaitWholeAndTrue("the platform");
    operator.awaitQuiet(QUIET, LONG);
  }

  @AfterAll
  void stop() {
    operator.close();
    backends.close();
    cluster.close();
  }

  @TestFactory
  Stream<DynamicTest> everySecretThatIsDeletedIsMadeAnewForAllOrToldOf() {
    return secrets.all().keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> deleted(name)));
  }

  @TestFactory
  Stream<DynamicTest> everyKeyThatIsChangedIsTakenOverOrPutRightOrToldOf() {
    return secrets.all().entrySet().stream()
        .flatMap(
            secret ->
                new TreeSet<>(secret.getValue().getData().keySet())
                    .stream().map(key -> changing(secret.getKey(), key)));
  }

  @Test
  void atRestNothingIsWrittenAfterASecretWasMadeAnew() {
    secrets.delete("kn-cache-auth");
    awaitWholeAndTrue("kn-cache-auth");
    operator.awaitQuiet(QUIET, LONG);
    Map<String, Long> before = operator.writes();
    long passes = operator.reconciliations();
    client
        .resources(CacheTier.class)
        .inNamespace(secrets.namespace())
        .withName("kn")
        .edit(
            tier -> {
              tier.getMetadata().getAnnotations().put(Annotations.RECONCILE_NOW, "1");
              return tier;
            });
    await().atMost(LONG).until(() -> operator.reconciliations() > passes);
    operator.awaitQuiet(QUIET, LONG);
    assertThat(operator.writes()).isEqualTo(before);
  }

  @Test
  void whoReadsASecretOnlyWhenItStartsIsReplacedWhenItFollows() {
    Map<String, String> atFirst = hashes();
    secrets.change("kn-app", "password", "typed by somebody");
    awaitReplaced(atFirst, "kn-pooler", "kn-api", "kn-realtime", "kn-worker");
    String renewed =
        "userlist.txt of Secret kn-pooler did not fit Secret kn-app any more, and was made anew;"
            + " pods that have read it are replaced where they need it.";
    assertThat(renewals("kn-pooler")).contains(renewed);
    assertThat(renewals("kn")).as("told at the ShardSet").contains(renewed);

    Map<String, String> then = hashes();
    secrets.change("kn-cache-auth", "password", "typed by somebody");
    awaitReplaced(then, "kn-valkey", "kn-api", "kn-realtime", "kn-worker");

    Map<String, String> last = hashes();
    secrets.change("kn-superuser", "replication-password", "typed by somebody");
    awaitReplaced(last, "kn-s0", "kn-s1");
  }

  private void deleted(String name) {
    Secret before = Objects.requireNonNull(secrets.find(name));
    secrets.delete(name);
    if (name.matches(TOLD)) {
      toldUntilItIsBack(before);
    } else {
      awaiting(
          name,
          () -> {
            assertThat(secrets.all()).containsKey(name);
            assertThat(secrets.find(name).getData()).hasSameSizeAs(before.getData());
            secrets.assertWholeAndTrue();
          });
    }
  }

  private DynamicTest changing(String name, String key) {
    String what = name + "/" + key;
    return DynamicTest.dynamicTest(what, () -> changed(what, name, key));
  }

  private void changed(String what, String name, String key) {
    Secret before = Objects.requireNonNull(secrets.find(name));
    String another = "another " + key + " of " + name;
    secrets.change(name, key, another);
    if (what.matches(TOLD)) {
      toldUntilItIsBack(before);
    } else {
      awaiting(
          what,
          () -> {
            assertThat(secrets.value(name, key).equals(another)).isEqualTo(what.matches(KEPT));
            secrets.assertWholeAndTrue();
          });
    }
  }

  private void toldUntilItIsBack(Secret before) {
    awaiting(name(before), () -> assertThat(stalled()).contains(name(before)));
    secrets.restore(before);
    awaitWholeAndTrue(name(before));
  }

  private void awaitWholeAndTrue(String what) {
    awaiting(what, secrets::assertWholeAndTrue);
  }

  private static void awaiting(String what, ThrowingRunnable assertion) {
    await(what).atMost(LONG).untilAsserted(assertion);
  }

  /** What the ShardSet says that stands in the way. */
  private String stalled() {
    ShardSet set =
        client.resources(ShardSet.class).inNamespace(secrets.namespace()).withName("kn").get();
    return Told.of(set.getStatus()).stream()
        .filter(condition -> condition.type().equals("Stalled"))
        .filter(condition -> condition.status() == ConditionStatus.TRUE)
        .map(Condition::message)
        .collect(Collectors.joining(" "));
  }

  private void awaitReplaced(Map<String, String> before, String... workloads) {
    awaiting(
        String.join(", ", workloads),
        () -> {
          assertThat(changedSince(before)).containsExactlyInAnyOrder(workloads);
          secrets.assertWholeAndTrue();
        });
    operator.awaitQuiet(QUIET, LONG);
    assertThat(changedSince(before)).as("and nobody else").containsOnly(workloads);
  }

  private Set<String> changedSince(Map<String, String> before) {
    Map<String, String> now = hashes();
    assertThat(now).containsOnlyKeys(before.keySet()).doesNotContainValue("");
    return now.keySet().stream()
        .filter(name -> !now.get(name).equals(before.get(name)))
        .collect(Collectors.toSet());
  }

  /** Of all workloads: what their pods read of Secrets when they start. */
  private Map<String, String> hashes() {
    Map<String, String> hashes = new HashMap<>();
    client
        .apps()
        .statefulSets()
        .inNamespace(secrets.namespace())
        .list()
        .getItems()
        .forEach(set -> hashes.put(name(set), hash(set.getSpec().getTemplate())));
    client
        .apps()
        .deployments()
        .inNamespace(secrets.namespace())
        .list()
        .getItems()
        .forEach(set -> hashes.put(name(set), hash(set.getSpec().getTemplate())));
    return hashes;
  }

  private static String hash(PodTemplateSpec template) {
    return template.getMetadata().getAnnotations().getOrDefault(Annotations.SECRETS_HASH, "");
  }

  /** What is told at a Secret. */
  private List<String> renewals(String secret) {
    return client.events().v1().events().inNamespace(secrets.namespace()).list().getItems().stream()
        .filter(event -> event.getReason().equals("SecretRenewed"))
        .filter(event -> event.getRegarding().getName().equals(secret))
        .map(event -> event.getNote())
        .toList();
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }
}
