package dev.knowledgenetwork.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.cache.testing.TestAuthority;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens when Redis is killed, frozen, restarted, or a message is lost. */
class CacheOutageIT extends TwoProcesses {

  @Test
  void aKilledServerCostsNothingAndComesBackByItself() {
    database.put("acme/1", new Note("one", 1));
    warm("acme", "1");
    redis.kill();

    for (int i = 0; i < 20; i++) {
      long began = System.nanoTime();
      write(a, "acme", "1", new Note("without cache " + i, 2 + i));
      assertThat(read(a, "acme", "1")).contains(new Note("without cache " + i, 2 + i));
      if (i >= CircuitBreaker.THRESHOLD) {
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(100));
      }
    }

    redis.restart();
    awaitUsable(a, b);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              read(a, "acme", "1");
              assertThat(loadsDuring(() -> read(b, "acme", "1"))).isZero();
              assertThat(read(b, "acme", "1")).contains(new Note("without cache 19", 21));
            });
    assertThatWritesReachTheOther("2");
  }

  @Test
  void aFrozenServerIsWaitedForAFewTimesOnly() {
    database.put("acme/1", new Note("one", 1));
    read(a, "acme", "1");
    redis.freeze();

    long began = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      write(a, "acme", "1", new Note("frozen " + i, 2 + i));
      assertThat(read(a, "acme", "1")).contains(new Note("frozen " + i, 2 + i));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));

    redis.thaw();
    awaitUsable(a, b);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(read(b, "acme", "1")).contains(new Note("frozen 199", 201)));
  }

  @Test
  void aChangeThatL2DidNotTakeIsSentWhenItIsBack() {
    write(a, "acme", "1", new Note("one", 1));
    warm("acme", "1");
    redis.freeze();
    write(a, "acme", "1", new Note("two", 2));
    redis.thaw();

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(read(b, "acme", "1")).contains(new Note("two", 2)));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> registryOfA.get("kn.cache.invalidations.pending").gauge().value() == 0);
    TieredCache c = start("c", new SimpleMeterRegistry());
    awaitUsable(c);
    assertThat(read(c, "acme", "1")).contains(new Note("two", 2));
  }

  @Test
  void aHoleInASendersSequenceMakesOlderEntriesStale() {
    database.put("acme/1", new Note("one", 1));
    warm("acme", "1");
    try (RedisLink link = link()) {
      var commands = link.connect().sync();
      commands.publish("v1:invalidate".getBytes(UTF_8), message(1));
      assertThat(hitsOfL1During(() -> read(a, "acme", "1"))).isEqualTo(1);

      commands.publish("v1:invalidate".getBytes(UTF_8), message(3));

      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> registryOfA.get("kn.cache.gaps").counter().count() == 1);
      assertThat(hitsOfL1During(() -> read(a, "acme", "1"))).isZero();
      assertThat(hitsOfL1During(() -> read(a, "acme", "1"))).isEqualTo(1);
    }
  }

  private static byte[] message(long sequence) {
    KeyChange change = new KeyChange("document", "x", "y", 1, KeyChange.Kind.UPDATED);
    return new InvalidationMessage("z", 1, sequence, InvalidationMessage.Kind.CHANGE, change, null)
        .encode()
        .getBytes(UTF_8);
  }

  private double hitsOfL1During(Runnable action) {
    double before = hitsOfL1();
    action.run();
    return hitsOfL1() - before;
  }

  private double hitsOfL1() {
    Counter hits =
        registryOfA.find("kn.cache.requests").tag("tier", "L1").tag("result", "hit").counter();
    return hits == null ? 0 : hits.count();
  }

  @Test
  void aRotatedPasswordIsReadForTheNextConnection() {
    redis.password("second");
    redis.restart();
    awaitUsable(a, b);
    database.put("acme/1", new Note("one", 1));
    warm("acme", "1");
  }

  @Test
  void anAuthorityThatDidNotSignIsRefused() {
    new TestAuthority().issue(redis.credentials());
    try (RedisLink link = link()) {
      assertThatThrownBy(link::connect).hasRootCauseInstanceOf(GeneralSecurityException.class);
    }
  }

  private static final String SIGNATURE_REFUSED =
      "Path does not chain with any of the trust anchors";

  private RedisLink link() {
    return new RedisLink(
        CachePolicy.parse(redis.policy()), new CacheCredentials(redis.credentials()));
  }
}
