package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Backends;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An operator, a namespace and what runs in it, all anew for each test; the ShardSet is "kn". */
abstract class OneShardSet {

  static final Duration LONG = Duration.ofSeconds(60);

  final KubernetesClient client;
  String namespace = "";
  FakeCluster cluster;
  Backends backends;
  OperatorUnderTest operator;
  private final ApiServer server;
  private final String prefix;

  OneShardSet(ApiServer server, String prefix) {
    this.server = server;
    this.client = server.client();
    this.prefix = prefix;
  }

  @BeforeEach
  void start() {
    namespace = server.namespace(prefix);
    cluster = new FakeCluster(server, namespace);
    backends = new Backends(client, namespace);
    operator = OperatorUnderTest.start(server, backends, "operator");
  }

  @AfterEach
  void stop() {
    operator.close();
    backends.close();
    cluster.close();
  }

  ShardSet set() {
    return client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get();
  }

  /** Unknown while its status does not have it. */
  Condition condition(String type) {
    return Told.of(set().getStatus()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElse(new Condition(type, ConditionStatus.UNKNOWN, "", "", "", null));
  }
}
