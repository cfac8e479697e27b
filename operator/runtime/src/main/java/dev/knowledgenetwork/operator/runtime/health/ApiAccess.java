package dev.knowledgenetwork.operator.runtime.health;

import dev.knowledgenetwork.operator.core.workload.Line;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the API server lets this process in. It does not where the token is void, because the
 * operator's ServiceAccount was deleted or made again (401), nor where what grants it its rights is
 * gone (403). Another process in the same pod would have the same token, so this one waits: the
 * kubelet writes another token within ten minutes, and the client reads it. Silence says nothing of
 * access.
 */
public final class ApiAccess {

  /** How often to ask. */
  public static final Duration PACE = Duration.ofSeconds(5);

  /** One refusal may be about a moment, as when an authorizer starts. */
  private static final Duration LASTS = Duration.ofSeconds(15);

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private static final Logger LOG = LoggerFactory.getLogger(ApiAccess.class);

  private final Runnable question;
  private final InstantSource clock;
  private final AtomicBoolean asking = new AtomicBoolean();
  private final CountDownLatch admitted = new CountDownLatch(1);
  private volatile @Nullable Refusal refusal;

  /**
   * Has not asked yet.
   *
   * @param question the cheapest request that needs the operator's rights; throws what the client
   *     throws
   */
  public ApiAccess(Runnable question, InstantSource clock) {
    this.question = question;
    this.clock = clock;
  }

  private record Refusal(Instant since, String words, boolean told) {}

  /** Waits for a look that met no refusal: the API server lets this process in, or is silent. */
  public void await() throws InterruptedException {
    admitted.await();
  }

  /** Asks once, unless a question is out, and takes note of the answer. */
  public void look() {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    try {
      question.run();
      admitted();
    } catch (KubernetesClientException e) {
      if (e.getCode() == UNAUTHORIZED || e.getCode() == FORBIDDEN) {
        refused(e);
      }
    } catch (RuntimeException e) {
      // No word of the API server either; whoever waits must not wait for ever because of it.
      LOG.debug("The API server was not asked", e);
    } finally {
      asking.set(false);
    }
    if (refusal == null) {
      admitted.countDown();
    }
  }

  /** What the API server says, where it has refused for a while. */
  public Optional<String> refusal() {
    return Optional.ofNullable(refusal).filter(this::lasts).map(Refusal::words);
  }

  private void admitted() {
    Refusal before = refusal;
    refusal = null;
    if (before != null && before.told()) {
      LOG.info("The API server lets the operator in again");
    }
  }

  private void refused(KubernetesClientException answer) {
    Refusal before = refusal;
    String said =
        Line.of(answer.getStatus() == null ? answer.getMessage() : answer.getStatus().getMessage());
    Refusal now =
        new Refusal(
            before == null ? clock.instant() : before.since(),
            answer.getCode() + ": " + said,
            before != null && before.told());
    if (lasts(now) && !now.told()) {
      LOG.warn("The API server refuses the operator ({}). {}", now.words(), remedy(answer));
      now = new Refusal(now.since(), now.words(), true);
    }
    refusal = now;
  }

  private static String remedy(KubernetesClientException answer) {
    return answer.getCode() == UNAUTHORIZED
        ? "Its token is void, as when its ServiceAccount was deleted. The pod gets another one"
            + " within ten minutes if the ServiceAccount is there; at once when it is deleted."
        : "Its ClusterRole or ClusterRoleBinding is gone or was changed: install the chart again"
            + " (helm upgrade).";
  }

  private boolean lasts(Refusal found) {
    return !clock.instant().isBefore(found.since().plus(LASTS));
  }
}
