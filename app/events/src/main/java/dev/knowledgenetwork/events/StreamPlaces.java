package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Room for the streams of a process: each costs a thread and its buffers. No tenant gets more than
 * a part of it, so that none can keep the others out. Thread-safe.
 */
final class StreamPlaces {

  private static final Duration UNTIL_SOME_END = Duration.ofSeconds(10);
  private static final Duration UNTIL_ELSEWHERE = Duration.ofSeconds(1);

  private final int most;
  private final int mostOfTenant;
  private final Map<TenantId, Integer> taken = new HashMap<>();
  private int all;
  private boolean closed;

  /**
   * All places are free.
   *
   * @param most streams at a time
   * @param mostOfTenant streams at a time of one tenant
   */
  StreamPlaces(int most, int mostOfTenant) {
    this.most = most;
    this.mostOfTenant = mostOfTenant;
  }

  /**
   * Takes a place.
   *
   * @throws ProblemException 429 where the tenant has all it may, 503 where there is none left;
   *     both say when to come again
   */
  synchronized void take(TenantId tenant) {
    if (closed) {
      throw refused(
          ProblemType.UNAVAILABLE,
          "This process is ending; connect again, to another one",
          UNTIL_ELSEWHERE);
    }
    if (taken.getOrDefault(tenant, 0) >= mostOfTenant) {
      throw refused(
          ProblemType.TOO_MANY_STREAMS,
          "There are "
              + mostOfTenant
              + " streams of this tenant here, as many as may be; close some, or connect later",
          UNTIL_SOME_END);
    }
    if (all >= most) {
      throw refused(
          ProblemType.UNAVAILABLE,
          "There are as many streams here as this process can serve; connect later",
          UNTIL_SOME_END);
    }
    taken.merge(tenant, 1, Integer::sum);
    all++;
  }

  private static ProblemException refused(ProblemType type, String detail, Duration retryAfter) {
    return new ProblemException(type, detail)
        .withHeader(HttpHeaders.RETRY_AFTER, Long.toString(retryAfter.toSeconds()));
  }

  /** Gives a place back. */
  synchronized void free(TenantId tenant) {
    taken.computeIfPresent(tenant, (of, count) -> count == 1 ? null : count - 1);
    all--;
  }

  /** Gives none away any more. */
  synchronized void close() {
    closed = true;
  }
}
