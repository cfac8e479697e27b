package dev.knowledgenetwork.operator.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.runtime.kit.Logged;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ApiAccessTest {

  private static final String FORBIDDEN =
      "knowledgenetworks.knowledgenetwork.dev is forbidden: User \"operator\" cannot list";

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private Runnable answer = () -> {};
  private final ApiAccess access = new ApiAccess(() -> answer.run(), now::get);

  @Test
  void aRefusalCountsOnceItHasLasted() {
    refuses(401, "Unauthorized");
    look(10);
    assertThat(access.refusal()).isEmpty();
    look(5);
    assertThat(access.refusal()).contains("401: Unauthorized");
  }

  @Test
  void oneAdmissionInBetweenEndsIt() {
    refuses(401, "Unauthorized");
    look(10);
    answer = () -> {};
    look(5);
    refuses(401, "Unauthorized");
    look(10);
    assertThat(access.refusal()).isEmpty();
  }

  @Test
  void silenceSaysNothingOfAccess() {
    answer = () -> fail(0, "Connection refused");
    look(60);
    assertThat(access.refusal()).isEmpty();
    refuses(403, FORBIDDEN);
    look(20);
    answer = () -> fail(503, "etcd is away");
    look(5);
    assertThat(access.refusal()).as("nor does it end a refusal").contains("403: " + FORBIDDEN);
  }

  @Test
  void itIsToldOnceWithWhatToDoAndSoIsItsEnd() {
    try (Logged log = new Logged(ApiAccess.class)) {
      refuses(403, FORBIDDEN);
      look(60);
      look(60);
      answer = () -> {};
      look(5);
      look(5);
      assertThat(log.lines())
          .hasSize(2)
          .first()
          .asString()
          .contains("The API server refuses the operator (403: " + FORBIDDEN + ")", "helm upgrade");
      assertThat(log.lines().getLast()).contains("lets the operator in again");
    }
  }

  @Test
  void whoeverIsRefusedWaitsUntilItIsLetIn() throws InterruptedException {
    refuses(401, "Unauthorized");
    look(1);
    Thread waiting = Thread.ofVirtual().start(this::waitForIt);
    assertThat(waiting.join(Duration.ofMillis(50))).isFalse();
    answer = () -> {};
    look(1);
    assertThat(waiting.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void silenceIsNotWaitedFor() throws InterruptedException {
    answer = () -> fail(0, "Connection refused");
    look(1);
    access.await();
    assertThat(access.refusal()).isEmpty();
  }

  private void waitForIt() {
    try {
      access.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks at once and again after so many seconds. */
  private void look(int seconds) {
    access.look();
    now.updateAndGet(time -> time.plus(Duration.ofSeconds(seconds)));
    access.look();
  }

  private void refuses(int code, String words) {
    answer = () -> fail(code, words);
  }

  private static void fail(int code, String words) {
    throw new KubernetesClientException(
        words, code, new StatusBuilder().withCode(code).withMessage(words).build());
  }
}
