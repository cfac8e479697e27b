package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.ForeignWriter;
import dev.knowledgenetwork.operator.runtime.kit.ForeignWriter.Way;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link DriftIT}, for what a KnowledgeNetwork and a CacheTier are made of. */
@ExtendWith(ApiServer.Extension.class)
class PlatformDriftIT {

  private final ApiServer server;
  private final KubernetesClient client;
  private String namespace = "";
  private FakeCluster cluster;
  private Backends backends;
  private OperatorUnderTest operator;

  PlatformDriftIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
  }

  @BeforeEach
  void aPlatformThatServes() {
    namespace = server.namespace("platform-drift");
    cluster = new FakeCluster(server, namespace);
    backends = new Backends(client, namespace);
    operator = OperatorUnderTest.start(server, backends, "operator");
    KnowledgeNetwork network = new KnowledgeNetwork();
    network.setMetadata(new ObjectMetaBuilder().withName("demo").withNamespace(namespace).build());
    client.resource(network).create();
    await().atMost(Duration.ofSeconds(90)).until(this::serves);
    quiet();
  }

  @AfterEach
  void stop() {
    operator.close();
    backends.close();
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatAnotherManagerDoesIsPutRight(Way way) {
    ForeignWriter other = new ForeignWriter(client);
    for (ForeignChange change : changes()) {
      JsonNode before = change.content(client, namespace);
      other.disturb(change.live(client, namespace), change.tree(), way);
      await(change.toString()).until(() -> change.content(client, namespace).equals(before));
    }
    await().until(this::serves);
    quiet();
  }

  private List<ForeignChange> changes() {
    return List.of(
        new ForeignChange(
            StatefulSet.class,
            "demo-valkey",
            "{'spec':{'template':{'spec':{'nodeSelector':{'disk':'other'}}}}}"),
        new ForeignChange(StatefulSet.class, "demo-valkey", "{'spec':{'minReadySeconds':600}}"),
        new ForeignChange(StatefulSet.class, "demo-valkey", "{'spec':{'replicas':0}}"),
        new ForeignChange(Service.class, "demo-valkey", "{'spec':{'sessionAffinity':'ClientIP'}}"),
        new ForeignChange(Service.class, "demo-valkey", "{'spec':{'selector':{'app':'other'}}}"),
        new ForeignChange(NetworkPolicy.class, "demo-valkey", "{'spec':{'ingress':[{}]}}"),
        new ForeignChange(ConfigMap.class, "demo-valkey", "{'data':{'other.conf':'x'}}"),
        new ForeignChange(ConfigMap.class, "demo-cache", "{'data':{'cache.json':'x'}}"),
        new ForeignChange(Service.class, "demo-api", "{'spec':{'internalTrafficPolicy':'Local'}}"),
        new ForeignChange(
            Service.class,
            "demo-api",
            "{'spec':{'type':'LoadBalancer','externalTrafficPolicy':'Local',"
                + "'loadBalancerSourceRanges':['203.0.113.0/24']}}"),
        new ForeignChange(
            Service.class, "demo-realtime", "{'spec':{'ports':[{'name':'x','port':99}]}}"),
        new ForeignChange(NetworkPolicy.class, "demo-api", "{'spec':{'egress':[{}]}}"),
        new ForeignChange(ConfigMap.class, "demo-app", "{'data':{'KN_ROLE':'other'}}"),
        new ForeignChange(Deployment.class, "demo-api", "{'spec':{'minReadySeconds':60}}"),
        new ForeignChange(Deployment.class, "demo-worker", "{'spec':{'replicas':0}}"),
        new ForeignChange(
            Deployment.class,
            "demo-realtime",
            "{'spec':{'template':{'spec':{'containers':[{'name':'app',"
                + "'env':[{'name':'OTHER','value':'x'}]}]}}}}"),
        new ForeignChange(Job.class, migration(), "{'spec':{'suspend':true}}"),
        new ForeignChange(ShardSet.class, "demo", "{'spec':{'deletionPolicy':'Delete'}}"));
  }

  private String migration() {
    return client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
        .map(job -> job.getMetadata().getName())
        .filter(name -> name.startsWith("demo-migrate-"))
        .findFirst()
        .orElseThrow();
  }

  private boolean serves() {
    KnowledgeNetwork network =
        client.resources(KnowledgeNetwork.class).inNamespace(namespace).withName("demo").get();
    return Told.of(network.getStatus()).stream()
        .filter(condition -> condition.type().equals("Ready"))
        .anyMatch(condition -> condition.status() == ConditionStatus.TRUE);
  }

  private void quiet() {
    operator.awaitQuiet(Duration.ofSeconds(2), Duration.ofSeconds(40));
  }
}
