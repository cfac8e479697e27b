package dev.knowledgenetwork.operator.core.shardset.storage;

import dev.knowledgenetwork.operator.core.kind.Fact;
import java.util.Map;
import java.util.Optional;

/**
 * How full the file systems are that the instances of a shard keep their data on.
 *
 * @param volumes by name of the instance, of those that answered
 */
public record StorageView(Map<String, Volume> volumes) {

  /** Asked of every shard. */
  public static final Fact<StorageView> FACT = new Fact<>("storage", StorageView.class);

  /** Copies the map. */
  public StorageView {
    volumes = Map.copyOf(volumes);
  }

  /**
   * The file system that holds a data directory.
   *
   * @param size in bytes
   * @param usedPercent of what the server may use, in steps of 5
   */
  public record Volume(long size, int usedPercent) {

    private static final int STEP = 5;

    /**
     * From what {@code df} says. What was told before is told again while it is less than a step
     * away from the truth: one that is filled and emptied around an edge is no news.
     *
     * @param used in bytes
     * @param available to the server, in bytes
     * @param before what was told last
     */
    public static Volume of(long size, long used, long available, Optional<Volume> before) {
      int percent = (int) Math.ceilDiv(used * 100, Math.max(used + available, 1));
      int told =
          before
              .map(Volume::usedPercent)
              .filter(last -> Math.abs(percent - last) < STEP)
              .orElse(percent / STEP * STEP);
      return new Volume(size, told);
    }
  }
}
