package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the applier promises, with a ShardSet whose databases never answer. */
@ExtendWith(ApiServer.Extension.class)
class ShardSetApplyIT {

  private static final Condition NONE =
      new Condition("", ConditionStatus.UNKNOWN, "", "", "", null);

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private OperatorUnderTest operator;
  private FakeCluster cluster;

  ShardSetApplyIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeEach
  void start() {
    namespace = server.namespace("apply");
    cluster = new FakeCluster(server, namespace);
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
  }

  @AfterEach
  void stop() {
    operator.close();
    cluster.close();
  }

  @Test
  void aSettledObjectCostsNoWriteWhateverOthersAdd() {
    create();
    settle();
    Map<String, Long> before = operator.writes();
    long passes = operator.reconciliations();

    client
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("kn-s0")
        .edit(
            set -> {
              set.getMetadata().getLabels().put("team", "other");
              set.getMetadata().getAnnotations().put("note", "other");
              set.getSpec().setRevisionHistoryLimit(3);
              return set;
            });
    for (int i = 0; i < 20; i++) {
      int turn = i;
      annotate("knowledgenetwork.dev/reconcile-now", Integer.toString(turn));
      await().until(() -> operator.reconciliations() > passes + turn);
    }
    assertThat(operator.writes()).isEqualTo(before);
  }

  @Test
  void driftIsRepaired() {
    create();
    settle();
    client
        .services()
        .inNamespace(namespace)
        .withName("kn-s0-ro")
        .edit(
            service -> {
              service.getSpec().getPorts().getFirst().setPort(1);
              return service;
            });
    client.configMaps().inNamespace(namespace).withName("kn-s0").delete();
    client
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("kn-s0")
        .edit(
            set -> {
              set.getMetadata().getLabels().remove("app.kubernetes.io/managed-by");
              return set;
            });
    await()
        .untilAsserted(
            () -> {
              assertThat(
                      client
                          .services()
                          .inNamespace(namespace)
                          .withName("kn-s0-ro")
                          .get()
                          .getSpec()
                          .getPorts()
                          .getFirst()
                          .getPort())
                  .isEqualTo(5432);
              assertThat(client.configMaps().inNamespace(namespace).withName("kn-s0").get())
                  .isNotNull();
              assertThat(statefulSet().getMetadata().getLabels())
                  .containsEntry("app.kubernetes.io/managed-by", "knowledgenetwork-operator");
            });
  }

  @Test
  void whatThePlanDropsIsPrunedAndForeignObjectsAreNot() {
    create();
    settle();
    var leftOver = client.configMaps().inNamespace(namespace).withName("kn-s0").get();
    leftOver.setMetadata(
        new ObjectMetaBuilder(leftOver.getMetadata())
            .withName("left-over")
            .withResourceVersion(null)
            .withUid(null)
            .build());
    client.resource(leftOver).create();
    var foreign = client.configMaps().inNamespace(namespace).withName("kn-s0").get();
    foreign.setMetadata(
        new ObjectMetaBuilder(foreign.getMetadata())
            .withName("foreign")
            .withResourceVersion(null)
            .withUid(null)
            .withOwnerReferences()
            .build());
    client.resource(foreign).create();
    await()
        .until(
            () -> client.configMaps().inNamespace(namespace).withName("left-over").get() == null);
    assertThat(client.configMaps().inNamespace(namespace).withName("foreign").get()).isNotNull();
  }

  @Test
  void pausedMeansThatNothingIsApplied() {
    create();
    settle();
    annotate("knowledgenetwork.dev/paused", "true");
    await().until(() -> condition("Ready").reason().equals("Paused"));
    client.configMaps().inNamespace(namespace).withName("kn-s0").delete();
    Map<String, Long> before = operator.writes();
    long passes = operator.reconciliations();
    annotate("knowledgenetwork.dev/reconcile-now", "1");
    await().until(() -> operator.reconciliations() > passes);
    assertThat(operator.writes()).isEqualTo(before);
    assertThat(client.configMaps().inNamespace(namespace).withName("kn-s0").get()).isNull();

    annotate("knowledgenetwork.dev/paused", "false");
    await().until(() -> client.configMaps().inNamespace(namespace).withName("kn-s0").get() != null);
  }

  @Test
  void anObjectOfSomeoneElseIsNotTakenOver() {
    client
        .resource(
            new io.fabric8.kubernetes.api.model.ConfigMapBuilder()
                .withNewMetadata()
                .withName("kn-s0")
                .withNamespace(namespace)
                .endMetadata()
                .addToData("mine", "yes")
                .build())
        .create();
    create();
    await()
        .untilAsserted(
            () -> {
              assertThat(condition("Stalled").status()).isEqualTo(ConditionStatus.TRUE);
              assertThat(condition("Stalled").reason()).isEqualTo("NameTaken");
            });
    assertThat(client.configMaps().inNamespace(namespace).withName("kn-s0").get().getData())
        .containsOnlyKeys("mine");

    settle();
    Map<String, Long> before = operator.writes();
    long passes = operator.reconciliations();
    await().atMost(Duration.ofSeconds(45)).until(() -> operator.reconciliations() > passes);
    assertThat(operator.writes()).as("looking again only reads").isEqualTo(before);

    client.configMaps().inNamespace(namespace).withName("kn-s0").delete();
    await()
        .atMost(Duration.ofSeconds(45))
        .untilAsserted(
            () -> {
              assertThat(client.configMaps().inNamespace(namespace).withName("kn-s0").get())
                  .isNotNull();
              assertThat(condition("Stalled").status()).isEqualTo(ConditionStatus.FALSE);
            });
  }

  private void create() {
    ShardSet shardSet = new ShardSet();
    shardSet.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    client.resource(shardSet).create();
  }

  /** All is there, and for two seconds nothing more was written. */
  private void settle() {
    await().atMost(Duration.ofSeconds(30)).until(() -> statefulSet() != null);
    operator.awaitQuiet(Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  private StatefulSet statefulSet() {
    return client.apps().statefulSets().inNamespace(namespace).withName("kn-s0").get();
  }

  private void annotate(String key, String value) {
    client
        .resources(ShardSet.class)
        .inNamespace(namespace)
        .withName("kn")
        .edit(
            set -> {
              Map<String, String> annotations =
                  new java.util.HashMap<>(
                      set.getMetadata().getAnnotations() == null
                          ? Map.of()
                          : set.getMetadata().getAnnotations());
              annotations.put(key, value);
              set.getMetadata().setAnnotations(annotations);
              return set;
            });
  }

  private Condition condition(String type) {
    ShardSet set = client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get();
    return Told.of(set.getStatus()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElse(NONE);
  }
}
