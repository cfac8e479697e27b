package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NewerDefinitions;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Definitions are newer than the operator, and some objects hold what it has no word for. */
@ExtendWith(ApiServer.Extension.class)
class UnreadableIT {

  private static final String UNKNOWN = "This version of the operator does not understand %s. ";

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private NewerDefinitions definitions;
  private FakeCluster cluster;
  private OperatorUnderTest operator;

  UnreadableIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  private record Odd(
      Class<? extends KnObject<?, ? extends Conditioned>> type,
      String name,
      String spec,
      String field,
      String readable) {}

  /** One of each kind, not understood in different ways. */
  private static final List<Odd> ODD =
      List.of(
          new Odd(
              KnowledgeNetwork.class,
              "odd",
              "{'profile':'Huge'}",
              "spec.profile: Huge",
              "{'profile':'Development'}"),
          new Odd(
              ShardSet.class,
              "odd-set",
              "{'storage':'elastic'}",
              "spec.storage: elastic",
              "{'storage':null}"),
          new Odd(
              CacheTier.class,
              "odd-tier",
              "{'l2':{'memory':'5 GB'}}",
              "spec.l2.memory: 5 GB",
              "{'l2':{'memory':'64Mi'}}"));

  @BeforeEach
  void allIsUnderstoodAtFirst() {
    namespace = server.namespace("unreadable");
    cluster = new FakeCluster(server, namespace);
    start();
    for (String name : List.of("fine", "odd")) {
      create(new KnowledgeNetwork(), name);
      create(new ShardSet(), name + "-set");
      create(new CacheTier(), name + "-tier");
    }
    await()
        .until(
            () ->
                new Objects(client)
                    .names(namespace)
                    .containsAll(
                        Set.of(
                            "StatefulSet/fine-s0",
                            "StatefulSet/odd-s0",
                            "StatefulSet/fine-set-s0",
                            "StatefulSet/odd-set-s0",
                            "StatefulSet/odd-valkey",
                            "StatefulSet/fine-tier-valkey",
                            "StatefulSet/odd-tier-valkey",
                            "Deployment/fine-set-pooler",
                            "Deployment/odd-set-pooler")));
    definitions = new NewerDefinitions(client);
  }

  @AfterEach
  void theDefinitionsOfThisVersionAgain() {
    operator.close();
    cluster.close();
    for (var type : List.of(KnowledgeNetwork.class, ShardSet.class, CacheTier.class)) {
      for (HasMetadata object : client.resources(type).inNamespace(namespace).list().getItems()) {
        client
            .resource(object)
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        client.resource(object).delete();
      }
    }
    definitions.close();
  }

  @Test
  void whatIsNotUnderstoodIsToldAndLeftAloneWhileTheOthersGoOn() {
    ODD.forEach(odd -> change(odd.type(), odd.name(), odd.spec()));
    ODD.forEach(this::awaitTold);
    pooler("odd-set")
        .edit(
            live -> {
              live.getSpec().setReplicas(5);
              return live;
            });
    theOthersGoOn(78, DeletionPolicy.DELETE);
    create(new CacheTier(), "late");
    await().until(() -> new Objects(client).names(namespace).contains("StatefulSet/late-valkey"));
    assertThat(
            operator
                .registry()
                .find("kn.operator.problems")
                .tag("reason", "Unreadable")
                .counters()
                .stream()
                .mapToDouble(counter -> counter.count()))
        .containsExactly(1.0, 1.0, 1.0);

    operator.close();
    List<String> before = versions();
    start();
    theOthersGoOn(79, DeletionPolicy.RETAIN);
    assertThat(versions()).isEqualTo(before);
    assertThat(stored("fine-tier").<Integer>get("spec", "future", "a"))
        .as("what is not known at all is passed over, and stays")
        .isEqualTo(1);
    assertThat(warnings()).containsExactlyInAnyOrder("odd", "odd-set", "odd-tier");
    assertThat(pooler("odd-set").get().getSpec().getReplicas()).isEqualTo(5);

    ODD.forEach(odd -> change(odd.type(), odd.name(), odd.readable()));
    ODD.forEach(
        odd ->
            await(odd.name())
                .untilAsserted(
                    () ->
                        assertThat(conditions(odd.type(), odd.name()))
                            .extracting(Condition::reason)
                            .isNotEmpty()
                            .doesNotContain("Unreadable")));
    await().until(() -> pooler("odd-set").get().getSpec().getReplicas() == 2);
  }

  @Test
  void whatIsNotUnderstoodIsNotDeletedUntilItIs() {
    change(ShardSet.class, "odd-set", "{'deletionPolicy':'Archive'}");
    await().until(() -> ready(ShardSet.class, "odd-set").startsWith("This version"));
    Set<String> before = new Objects(client).names(namespace);
    object(ShardSet.class, "odd-set").delete();
    await()
        .untilAsserted(
            () ->
                assertThat(ready(ShardSet.class, "odd-set"))
                    .startsWith(UNKNOWN.formatted("spec.deletionPolicy: Archive"))
                    .endsWith("Until then it is not deleted."));
    theOthersGoOn(78, DeletionPolicy.DELETE);
    assertThat(new Objects(client).names(namespace)).containsAll(before);
    change(ShardSet.class, "odd-set", "{'deletionPolicy':'Delete'}");
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                new Objects(client)
                    .names(namespace).stream().noneMatch(name -> name.contains("odd-set")));
  }

  @Test
  void aStatusOfANewerOperatorIsKeptAndFreezesItsObject() {
    await().until(() -> object(CacheTier.class, "odd-tier").get().getStatus().binding() != null);
    await()
        .ignoreException(KubernetesClientException.class)
        .until(
            () -> {
              object(CacheTier.class, "odd-tier")
                  .subresource("status")
                  .patch(
                      PatchContext.of(PatchType.JSON_MERGE),
                      json(
                          "{'status':{'operations':[{'type':'Roll','target':'valkey',"
                              + "'phase':'Paused','step':'X','since':'2026-01-01T00:00:00Z'}]}}"));
              return true;
            });
    await()
        .untilAsserted(
            () ->
                assertThat(ready(CacheTier.class, "odd-tier"))
                    .startsWith(UNKNOWN.formatted("status.operations[0].phase: Paused")));
    GenericKubernetesResource told = stored("odd-tier");
    assertThat(told.<String>get("status", "operations", 0, "phase")).isEqualTo("Paused");
    assertThat(told.<String>get("status", "binding", "name")).isEqualTo("odd-tier-cache-binding");
    object(CacheTier.class, "odd-tier")
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), json("{'status':{'operations':null}}"));
    await().until(() -> !ready(CacheTier.class, "odd-tier").startsWith("This version"));
  }

  /** A CacheTier with all that the API server keeps of it. */
  private GenericKubernetesResource stored(String name) {
    return client
        .genericKubernetesResources("knowledgenetwork.dev/v1alpha1", "CacheTier")
        .inNamespace(namespace)
        .withName(name)
        .get();
  }

  private void start() {
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
  }

  /** Each of them follows a change of its spec. */
  private void theOthersGoOn(int ttl, DeletionPolicy policy) {
    change(CacheTier.class, "fine-tier", "{'defaultTtl':'%ds','future':{'a':1}}".formatted(ttl));
    change(ShardSet.class, "fine-set", "{'pool':{'pooler':{'instances':%d}}}".formatted(ttl - 75));
    change(
        KnowledgeNetwork.class,
        "fine",
        "{'deletionPolicy':'%s'}".formatted(policy == DeletionPolicy.DELETE ? "Delete" : "Retain"));
    await()
        .untilAsserted(
            () -> {
              assertThat(
                      client
                          .configMaps()
                          .inNamespace(namespace)
                          .withName("fine-tier-cache")
                          .get()
                          .getData()
                          .get("cache.json"))
                  .contains("\"defaultTtlSeconds\":" + ttl);
              assertThat(pooler("fine-set").get().getSpec().getReplicas()).isEqualTo(ttl - 75);
              assertThat(object(ShardSet.class, "fine").get().getSpec().deletionPolicy())
                  .isEqualTo(policy);
            });
  }

  private void awaitTold(Odd odd) {
    await(odd.name())
        .untilAsserted(
            () -> {
              assertThat(ready(odd.type(), odd.name())).startsWith(UNKNOWN.formatted(odd.field()));
              assertThat(conditions(odd.type(), odd.name()))
                  .extracting(condition -> condition.type() + " " + condition.status())
                  .contains("Ready UNKNOWN", "Reconciling FALSE", "Stalled TRUE");
            });
  }

  /** Versions of those that are not understood. */
  private List<String> versions() {
    return ODD.stream()
        .map(odd -> object(odd.type(), odd.name()).get().getMetadata().getResourceVersion())
        .toList();
  }

  /** Of whom Events tell that they are not understood. */
  private Stream<String> warnings() {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getReason().equals("Unreadable"))
        .filter(event -> event.getType().equals("Warning"))
        .map(event -> event.getRegarding().getName());
  }

  private Resource<Deployment> pooler(String shardSet) {
    return client.apps().deployments().inNamespace(namespace).withName(shardSet + "-pooler");
  }

  private void create(HasMetadata object, String name) {
    object.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    client.resource(object).create();
  }

  /** Until the API server has taken over the newer definition, it refuses. */
  private void change(Class<? extends KnObject<?, ?>> type, String name, String spec) {
    await()
        .ignoreException(KubernetesClientException.class)
        .until(
            () -> {
              object(type, name)
                  .patch(
                      PatchContext.of(PatchType.JSON_MERGE), json("{'spec':%s}".formatted(spec)));
              return true;
            });
  }

  private <T extends HasMetadata> Resource<T> object(Class<T> type, String name) {
    return client.resources(type).inNamespace(namespace).withName(name);
  }

  private String ready(Class<? extends KnObject<?, ? extends Conditioned>> type, String name) {
    return conditions(type, name).stream()
        .filter(condition -> condition.type().equals("Ready"))
        .map(Condition::message)
        .findFirst()
        .orElse("");
  }

  private List<Condition> conditions(
      Class<? extends KnObject<?, ? extends Conditioned>> type, String name) {
    return Told.of(object(type, name).get().getStatus());
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
