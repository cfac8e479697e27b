package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.ForeignWriter;
import dev.knowledgenetwork.operator.runtime.kit.ForeignWriter.Way;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the operator applied is what stands, whatever others do to it, in whichever way. */
@ExtendWith(ApiServer.Extension.class)
class DriftIT {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String SLICES = "endpointslice-controller.k8s.io";
  private static final String MIRRORS = "endpointslicemirroring-controller.k8s.io";

  private final ApiServer server;
  private final KubernetesClient client;
  private final ForeignWriter other;
  private String namespace = "";
  private OperatorUnderTest operator;
  private FakeCluster cluster;

  DriftIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.other = new ForeignWriter(client);
  }

  /** Adds to what the operator made, and changes of it. */
  private static List<ForeignChange> changes() {
    String pod = "{'spec':{'template':{'spec':{%s}}}}";
    return List.of(
        new ForeignChange(Service.class, "kn-s0", "{'spec':{'selector':{'app':'other'}}}"),
        new ForeignChange(Service.class, "kn-s0-ro", "{'spec':{'selector':{'app':'other'}}}"),
        new ForeignChange(Service.class, "kn-s0-ro", "{'spec':{'publishNotReadyAddresses':true}}"),
        new ForeignChange(Service.class, "kn-pooler", "{'spec':{'selector':{'app':'other'}}}"),
        new ForeignChange(
            Service.class, "kn-pooler", "{'spec':{'ports':[{'name':'x','port':99}]}}"),
        new ForeignChange(Service.class, "kn-pooler", "{'spec':{'externalIPs':['203.0.113.7']}}"),
        new ForeignChange(Service.class, "kn-pooler", "{'spec':{'type':'NodePort'}}"),
        new ForeignChange(Service.class, "kn-pooler", "{'spec':{'internalTrafficPolicy':'Local'}}"),
        new ForeignChange(
            Service.class,
            "kn-pooler",
            "{'spec':{'type':'NodePort','externalTrafficPolicy':'Local'}}"),
        new ForeignChange(
            Service.class,
            "kn-pooler",
            "{'spec':{'type':'LoadBalancer','loadBalancerSourceRanges':['203.0.113.0/24']}}"),
        new ForeignChange(
            Service.class,
            "kn-s0-ro",
            "{'spec':{'sessionAffinity':'ClientIP',"
                + "'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':86400}}}}"),
        new ForeignChange(
            Service.class, "kn-s0-ro", "{'spec':{'trafficDistribution':'PreferClose'}}"),
        new ForeignChange(
            NetworkPolicy.class, "kn-s0", "{'spec':{'podSelector':{'matchLabels':{'x':'y'}}}}"),
        new ForeignChange(NetworkPolicy.class, "kn-s0", "{'spec':{'ingress':[{}]}}"),
        new ForeignChange(
            NetworkPolicy.class, "kn-s0", "{'spec':{'egress':[{'to':[{'podSelector':{}}]}]}}"),
        new ForeignChange(
            PodDisruptionBudget.class, "kn-s0", "{'spec':{'selector':{'matchLabels':{'x':'y'}}}}"),
        new ForeignChange(
            PodDisruptionBudget.class,
            "kn-s0",
            "{'spec':{'unhealthyPodEvictionPolicy':'IfHealthyBudget'}}"),
        new ForeignChange(
            Role.class,
            "kn-s0",
            "{'rules':[{'apiGroups':[''],'resources':['secrets'],'verbs':['get']}]}"),
        new ForeignChange(
            RoleBinding.class,
            "kn-s0",
            "{'subjects':[{'kind':'ServiceAccount','name':'default','namespace':'default'}]}"),
        new ForeignChange(ConfigMap.class, "kn-s0", "{'data':{'99-other.yml':'x: y'}}"),
        new ForeignChange(ConfigMap.class, "kn-pooler", "{'data':{'pgbouncer.ini':'other'}}"),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            pod.formatted("'containers':[{'name':'other','image':'other'}]")),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            pod.formatted("'initContainers':[{'name':'early','image':'other'}]")),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            pod.formatted(
                "'containers':[{'name':'postgres','env':[{'name':'OTHER','value':'x'}]}]")),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            pod.formatted(
                "'containers':[{'name':'postgres','ports':[{'name':'other','containerPort':99,"
                    + "'protocol':'TCP'}]}]")),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            pod.formatted(
                "'containers':[{'name':'postgres','securityContext':{'privileged':true,"
                    + "'allowPrivilegeEscalation':true}}]")),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            pod.formatted("'volumes':[{'name':'other','emptyDir':{}}]")),
        new ForeignChange(StatefulSet.class, "kn-s0", "{'spec':{'replicas':0}}"),
        new ForeignChange(StatefulSet.class, "kn-s0", "{'spec':{'minReadySeconds':600}}"),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            "{'spec':{'persistentVolumeClaimRetentionPolicy':{'whenScaled':'Delete'}}}"),
        new ForeignChange(
            StatefulSet.class,
            "kn-s0",
            "{'spec':{'updateStrategy':{'type':'RollingUpdate','rollingUpdate':{'partition':5}}}}"),
        new ForeignChange(Deployment.class, "kn-pooler", pod.formatted("'hostPID':true")),
        new ForeignChange(
            Deployment.class, "kn-pooler", pod.formatted("'nodeSelector':{'disk':'other'}")),
        new ForeignChange(
            Deployment.class,
            "kn-pooler",
            pod.formatted("'containers':[{'name':'pooler','command':['other']}]")),
        new ForeignChange(
            Deployment.class,
            "kn-pooler",
            "{'spec':{'minReadySeconds':60,'progressDeadlineSeconds':61}}"),
        new ForeignChange(Deployment.class, "kn-pooler", "{'spec':{'paused':true,'replicas':0}}"));
  }

  @BeforeEach
  void settledWithForeignLabelsAndAnnotations() {
    namespace = server.namespace("drift");
    cluster = new FakeCluster(server, namespace);
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
    ShardSet shardSet = new ShardSet();
    shardSet.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    client.resource(shardSet).create();
    await().atMost(LONG).until(() -> changes().stream().map(this::live).allMatch(Objects::nonNull));
    changes()
        .forEach(
            change ->
                other.disturb(
                    live(change),
                    ForeignChange.tree(
                        "{'metadata':{'labels':{'team':'x'},'annotations':{'note':'x'}}}"),
                    Way.MERGE_PATCH));
    quiet();
  }

  @AfterEach
  void stop() {
    operator.close();
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatAnotherManagerDoesIsPutRight(Way way) {
    for (ForeignChange change : changes()) {
      JsonNode before = content(change);
      other.disturb(live(change), change.tree(), way);
      await(change.toString()).atMost(LONG).until(() -> content(change).equals(before));
    }
    changes().forEach(change -> assertThat(reverted(change)).as(change.toString()).isNotEmpty());
    noWritesAtRest();
  }

  @ParameterizedTest
  @EnumSource
  void whatAnotherManagerDidWhileTheOperatorWasDownIsPutRight(Way way) {
    Map<ForeignChange, JsonNode> before = new LinkedHashMap<>();
    changes().forEach(change -> before.put(change, content(change)));
    operator.close();
    changes().forEach(change -> other.disturb(live(change), change.tree(), way));
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
    before.forEach(
        (change, content) ->
            await(change.toString()).atMost(LONG).until(() -> content(change).equals(content)));
    noWritesAtRest();
  }

  @Test
  void anotherRestartCostsNoWrite() {
    operator.close();
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
    await().atMost(LONG).until(() -> operator.reconciliations() > 0);
    quiet();
    assertThat(childWrites()).isEmpty();
  }

  @Test
  void aRoleBindingThatRefersToAnotherRoleIsMadeAnew() {
    operator.close();
    RoleBinding live = client.rbac().roleBindings().inNamespace(namespace).withName("kn-s0").get();
    client.resource(live).delete();
    live.getMetadata().setResourceVersion(null);
    live.getMetadata().setUid(null);
    live.getMetadata().setManagedFields(List.of());
    live.getRoleRef().setName("other");
    client.resource(live).create();
    operator = OperatorUnderTest.start(server, new NowhereAddresses(), "operator");
    await()
        .atMost(LONG)
        .until(
            () -> {
              RoleBinding now =
                  client.rbac().roleBindings().inNamespace(namespace).withName("kn-s0").get();
              return now != null && now.getRoleRef().getName().equals("kn-s0");
            });
    noWritesAtRest();
  }

  @Test
  void endpointsThatKubernetesMadeOfAForeignSelectorGoWithIt() {
    slice("kn-s0", "mirrored", MIRRORS);
    slice("kn-s0-ro", "replicas", SLICES);
    ForeignChange change = changes().getFirst();
    other.disturb(live(change), change.tree(), Way.MERGE_PATCH);
    slice("kn-s0", "stale", SLICES);
    await().atMost(LONG).until(() -> slices().withName("stale").get() == null);
    assertThat(slices().withName("mirrored").get()).isNotNull();
    assertThat(slices().withName("replicas").get()).isNotNull();
    slice("kn-s0", "late", SLICES);
    await().atMost(LONG).until(() -> slices().withName("late").get() == null);
  }

  @Test
  void endpointsThatSomebodyElseMadeAreToldUntilTheyGo() {
    client
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("detour")
                .withNamespace(namespace)
                .addToLabels("kubernetes.io/service-name", "kn-pooler")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses("203.0.113.7")
                .endEndpoint()
                .build())
        .create();
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(stalled())
                    .startsWith(
                        "EndpointSlice detour leads traffic of Service kn-pooler to endpoints that"
                            + " are not its own")
                    .contains("kubectl -n %s delete endpointslice detour".formatted(namespace)));
    noWritesAtRest();
    assertThat(slices().withName("detour").get()).isNotNull();
    slices().withName("detour").delete();
    await().atMost(LONG).until(() -> stalled().isEmpty());
  }

  private String stalled() {
    return Told.of(
            client
                .resources(ShardSet.class)
                .inNamespace(namespace)
                .withName("kn")
                .get()
                .getStatus())
        .stream()
        .filter(condition -> condition.type().equals("Stalled"))
        .map(Condition::message)
        .findFirst()
        .orElse("");
  }

  /** As the controllers do: with the labels of the Service. */
  private void slice(String service, String name, String maker) {
    Map<String, String> labels =
        new HashMap<>(
            client
                .services()
                .inNamespace(namespace)
                .withName(service)
                .get()
                .getMetadata()
                .getLabels());
    labels.put("kubernetes.io/service-name", service);
    labels.put("endpointslice.kubernetes.io/managed-by", maker);
    client
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses("10.0.0.1")
                .endEndpoint()
                .build())
        .create();
  }

  private NonNamespaceOperation<EndpointSlice, ?, Resource<EndpointSlice>> slices() {
    return client.discovery().v1().endpointSlices().inNamespace(namespace);
  }

  private void noWritesAtRest() {
    quiet();
    Map<String, Long> before = childWrites();
    long passes = operator.reconciliations();
    client
        .resources(ShardSet.class)
        .inNamespace(namespace)
        .withName("kn")
        .edit(
            set -> {
              set.getMetadata()
                  .setAnnotations(Map.of("knowledgenetwork.dev/reconcile-now", "" + passes));
              return set;
            });
    await().atMost(LONG).until(() -> operator.reconciliations() > passes);
    quiet();
    assertThat(childWrites()).isEqualTo(before);
  }

  /** Without those of status, which other tests may have left unsettled elsewhere. */
  private Map<String, Long> childWrites() {
    Map<String, Long> writes = new HashMap<>(operator.writes());
    writes.keySet().removeIf(key -> key.endsWith("/status") || key.endsWith(" events"));
    return writes;
  }

  /** What whoever changed an object is told there. */
  private List<String> reverted(ForeignChange change) {
    String uid = live(change).getMetadata().getUid();
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> uid.equals(event.getRegarding().getUid()))
        .filter(event -> event.getReason().equals("ChangeReverted"))
        .map(event -> event.getNote())
        .filter(note -> note.endsWith("it follows from ShardSet kn: change that instead."))
        .toList();
  }

  private void quiet() {
    operator.awaitQuiet(Duration.ofSeconds(2), LONG);
  }

  private HasMetadata live(ForeignChange change) {
    return change.live(client, namespace);
  }

  private JsonNode content(ForeignChange change) {
    return change.content(client, namespace);
  }
}
