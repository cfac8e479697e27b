package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.web.ProblemException;
import dev.knowledgenetwork.web.ProblemType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamPlacesTest {

  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId OTHER = new TenantId("other");

  private final StreamPlaces places = new StreamPlaces(3, 2);

  private void assertRefused(TenantId tenant, ProblemType type, String reason) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> places.take(tenant))
        .withMessageContaining(reason)
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(type));
  }

  @Test
  void aTenantGetsNoMoreThanItsPart() {
    places.take(ACME);
    places.take(ACME);
    assertRefused(ACME, ProblemType.TOO_MANY_STREAMS, "2 streams of this tenant");
    places.take(OTHER);

    places.free(ACME);
    assertThatCode(() -> places.take(ACME)).doesNotThrowAnyException();
  }

  @Test
  void aFullProcessSaysSo() {
    places.take(ACME);
    places.take(ACME);
    places.take(OTHER);
    assertRefused(OTHER, ProblemType.UNAVAILABLE, "as many streams here as this process can serve");
  }

  @Test
  void aProcessThatEndsSaysSo() {
    places.close();
    assertRefused(ACME, ProblemType.UNAVAILABLE, "ending");
  }

  @Test
  void manyAtOnceGetNoMoreThanThereAre() {
    StreamPlaces many = new StreamPlaces(1000, 100);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 2000)
          .forEach(
              ignored ->
                  clients.execute(
                      () -> {
                        try {
                          many.take(ACME);
                          taken.incrementAndGet();
                        } catch (ProblemException e) {
                          refused.incrementAndGet();
                        }
                      }));
    }
    assertThat(taken).hasValue(100);
    assertThat(refused).hasValue(1900);
  }
}
