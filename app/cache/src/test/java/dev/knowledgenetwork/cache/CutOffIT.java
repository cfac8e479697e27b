package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.cache.testing.FaultyLink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that is cut off from the cache server and goes on writing. */
class CutOffIT extends TwoProcesses {

  private static final Note OLD = new Note("old", 1);
  private static final Note NEW = new Note("new", 2);

  private FaultyLink link;
  private TieredCache cutOff;

  @BeforeEach
  void startOneMoreAndCutItOff() {
    link = redis.faultyLink(Duration.ZERO);
    cutOff = start("cut-off", new SimpleMeterRegistry(), redis.policy(link.port()));
    awaitUsable(cutOff);
    await().atMost(Duration.ofSeconds(10)).until(() -> lease(registryOfB) == 1);
    write(cutOff, "acme", "1", OLD);
    warm("acme", "1");
    read(b, "acme", "1");
    link.cut();
    for (int i = 0; cutOff.remoteUsable(); i++) {
      write(cutOff, "acme", "unheard", new Note("unheard", i));
    }
  }

  @AfterEach
  void closeLink() {
    link.close();
  }

  @Test
  void whoComesLaterKnowsThatItIsSilentAndAsksTheSource() {
    write(cutOff, "acme", "1", NEW);
    await().atMost(TieredCache.BOUND.plusSeconds(5)).until(() -> lease(registryOfB) == 0);
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    TieredCache newcomer = start("newcomer", registry);
    awaitUsable(newcomer);

    assertThat(read(newcomer, "acme", "1")).contains(NEW);
    assertThat(read(b, "acme", "1")).contains(NEW);

    link.heal();
    await().atMost(Duration.ofSeconds(15)).until(() -> lease(registry) == 1);
    assertThat(read(newcomer, "acme", "1")).contains(NEW);
  }

  @Test
  void moreChangesThanItRemembersVoidEverythingForEverybody() {
    write(cutOff, "acme", "1", NEW);
    for (int i = 0; i <= Unsent.MOST; i++) {
      write(cutOff, "acme", "many-" + i, new Note("many", 1));
    }
    assertThat(read(b, "acme", "1")).as("nobody has told it yet").contains(OLD);

    link.heal();

    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(read(b, "acme", "1")).contains(NEW));
    TieredCache newcomer = start("newcomer", new SimpleMeterRegistry());
    awaitUsable(newcomer);
    assertThat(read(newcomer, "acme", "1")).contains(NEW);
    assertThat(read(cutOff, "acme", "1")).contains(NEW);
  }

  @Test
  void whoEndsInOrderIsWaitedForByNobody() {
    link.heal();
    await().atMost(Duration.ofSeconds(15)).until(cutOff::remoteUsable);
    await().atMost(Duration.ofSeconds(15)).until(() -> lease(registryOfB) == 1);
    cutOff.close();

    await()
        .during(TieredCache.BOUND)
        .atMost(TieredCache.BOUND.plusSeconds(5))
        .until(() -> lease(registryOfB) == 1);
  }

  private static double lease(SimpleMeterRegistry registry) {
    return registry.get("kn.cache.lease").gauge().value();
  }
}
