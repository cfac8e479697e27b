package dev.knowledgenetwork.sharding;

import java.time.Duration;
import java.util.Map;

/**
 * What the process knows of the shards, from its own traffic and a probe every few seconds.
 *
 * @param epoch epoch of the topology in use
 * @param shards by name
 */
public record ShardHealth(long epoch, Map<String, Shard> shards) {

  /** Keeps an unmodifiable copy of the map. */
  public ShardHealth {
    shards = Map.copyOf(shards);
  }

  /**
   * One shard as seen from here.
   *
   * @param reached it has answered since this process started
   * @param silence since its last answer; since the start of the process if there was none
   */
  public record Shard(boolean reached, Duration silence) {}

  /** True if every shard has answered within the given time. */
  public boolean allHeardWithin(Duration limit) {
    return shards.values().stream()
        .allMatch(shard -> shard.reached() && shard.silence().compareTo(limit) <= 0);
  }

  /**
   * True if a shard has answered since the process started, and each of the others has too or has
   * been waited for as long as that.
   */
  public boolean servesWhatIsThere(Duration patience) {
    return shards.values().stream().anyMatch(Shard::reached)
        && shards.values().stream()
            .allMatch(shard -> shard.reached() || shard.silence().compareTo(patience) >= 0);
  }

  /** True if every shard has answered since the process started. */
  public boolean allReached() {
    return shards.values().stream().allMatch(Shard::reached);
  }
}
