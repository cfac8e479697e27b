package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.FakeCluster;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.Objects;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The operator is killed after every single write: each incarnation gets to make one and dies at
 * the next. What comes out must be what an undisturbed operator makes, with nothing made twice.
 */
@ExtendWith(ApiServer.Extension.class)
class CrashIT {

  private static final Duration ALIVE = Duration.ofSeconds(6);

  private final ApiServer server;
  private final KubernetesClient client;
  private final Objects objects;

  CrashIT(ApiServer server) {
    this.server = server;
    this.client = server.client();
    this.objects = new Objects(client);
  }

  @Test
  void killedAtEveryWriteItStillConverges() {
    Set<String> whole = undisturbed();
    String namespace = server.namespace("crash");
    create(namespace);
    Map<String, String> identities = new HashMap<>();
    int incarnations = 0;
    try (FakeCluster cluster = new FakeCluster(server, namespace)) {
      boolean died = true;
      while (died) {
        try (OperatorUnderTest operator =
            OperatorUnderTest.dyingAfter(server, new NowhereAddresses(), 1)) {
          died = diesSoon(operator);
        }
        unchanged(identities, objects.secretsAndIdentities(namespace));
        incarnations++;
        assertThat(incarnations).isLessThan(150);
      }
      assertThat(objects.names(namespace)).containsExactlyInAnyOrderElementsOf(whole);
      assertThat(incarnations).isGreaterThan(20);
    }
  }

  private Set<String> undisturbed() {
    String namespace = server.namespace("whole");
    create(namespace);
    try (FakeCluster cluster = new FakeCluster(server, namespace);
        OperatorUnderTest operator =
            OperatorUnderTest.start(server, new NowhereAddresses(), "operator")) {
      operator.awaitQuiet(ALIVE, Duration.ofSeconds(60));
      Set<String> names = objects.names(namespace);
      client.resources(ShardSet.class).inNamespace(namespace).withName("kn").delete();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  client.resources(ShardSet.class).inNamespace(namespace).withName("kn").get()
                      == null);
      return names;
    }
  }

  private static boolean diesSoon(OperatorUnderTest operator) {
    try {
      await().dontCatchUncaughtExceptions().atMost(ALIVE).until(operator::dead);
      return true;
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      return false;
    }
  }

  /** What was there before is still the same object with, for a Secret, the same content. */
  private static void unchanged(Map<String, String> known, Map<String, String> now) {
    known.forEach((name, identity) -> assertThat(now).containsEntry(name, identity));
    known.putAll(now);
  }

  private void create(String namespace) {
    ShardSet shardSet = new ShardSet();
    shardSet.setMetadata(new ObjectMetaBuilder().withName("kn").withNamespace(namespace).build());
    client.resource(shardSet).create();
  }
}
