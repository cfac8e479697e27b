package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.sharding.ShardHealth.Shard;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardHealthTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Shard HEARD = new Shard(true, Duration.ofSeconds(20));

  @Test
  void whatIsThereIsServedOnceTheOthersHadTheirTime() {
    assertThat(serves(HEARD, HEARD)).isTrue();
    assertThat(serves(HEARD, silentFor(9))).isFalse();
    assertThat(serves(HEARD, silentFor(10))).isTrue();
    assertThat(serves(silentFor(60), silentFor(60))).as("none answers").isFalse();
  }

  private static boolean serves(Shard one, Shard other) {
    return new ShardHealth(1, Map.of("s0", one, "s1", other)).servesWhatIsThere(PATIENCE);
  }

  private static Shard silentFor(int seconds) {
    return new Shard(false, Duration.ofSeconds(seconds));
  }
}
