package dev.knowledgenetwork.operator.runtime.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.NowhereAddresses;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import dev.knowledgenetwork.operator.runtime.observe.Poller.PollTimes;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Lease by which replicas of the operator agree on one that works. */
@ExtendWith(ApiServer.Extension.class)
class LeaseIT {

  private final ApiServer server;

  LeaseIT(ApiServer server) {
    this.server = server;
  }

  @Test
  void anOrderlyStopGivesItBackAtOnce() {
    String namespace = server.namespace("lease");
    AtomicBoolean lost = new AtomicBoolean();
    try (KubernetesClient client = client()) {
      OperatorRuntime runtime = leading(client, namespace, () -> lost.set(true));
      runtime.close();
      assertThat(holder(client, namespace)).isEmpty();
      assertThat(lost).isFalse();
    }
  }

  /** The next leader would begin while it goes on. */
  @Test
  void itIsLeftToRunOutWhileAnActionHasNotEnded() {
    String namespace = server.namespace("lease-kept");
    Semaphore answer = new Semaphore(0);
    CountDownLatch begun = new CountDownLatch(1);
    try (KubernetesClient client = client()) {
      OperatorRuntime runtime = leading(client, namespace, () -> {});
      runtime
          .threads()
          .lanes()
          .get(Action.Lane.NORMAL)
          .execute(
              () -> {
                begun.countDown();
                answer.acquireUninterruptibly();
              });
      await().until(() -> begun.getCount() == 0);
      runtime.close();
      assertThat(holder(client, namespace)).isEqualTo("replica-0");
    } finally {
      answer.release();
    }
  }

  private KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(server.config()).build();
  }

  private static OperatorRuntime leading(
      KubernetesClient client, String namespace, Runnable onLeadershipLost) {
    OperatorRuntime runtime =
        new OperatorRuntime(
            client,
            new OperatorMetrics(new SimpleMeterRegistry()),
            new Settings(
                namespace,
                "replica-0",
                OperatorUnderTest.IMAGES,
                new NowhereAddresses(),
                PollTimes.standard()),
            InstantSource.system(),
            onLeadershipLost);
    Operator operator =
        new Operator(
            sdk ->
                sdk.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .checkingCRDAndValidateLocalModel(false)
                    .withLeaderElectionConfiguration(runtime.leaderElection()));
    runtime.reconcilers().forEach(reconciler -> operator.register(reconciler));
    runtime.start(operator);
    await().until(() -> runtime.leadership().since().isPresent());
    assertThat(holder(client, namespace)).isEqualTo("replica-0");
    return runtime;
  }

  private static String holder(KubernetesClient client, String namespace) {
    return client
        .leases()
        .inNamespace(namespace)
        .withName(Settings.LEASE)
        .get()
        .getSpec()
        .getHolderIdentity();
  }
}
