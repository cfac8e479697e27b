package dev.knowledgenetwork.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * Consistent-hash ring: which shard owns which bucket.
 *
 * <p>Every shard has a number of points on a ring of 64-bit positions, given by its name alone.
 * Buckets lie on the ring at equal distances, and a bucket belongs to the next point. So the
 * assignment does not depend on the order of the shards, a new shard takes buckets from all others
 * and changes nothing else, and neighbouring buckets often move together, as ranges.
 */
public final class HashRing {
  private record Point(long position, String shard, int index) {}

  private static final Comparator<Point> CLOCKWISE =
      (a, b) -> {
        int order = Long.compareUnsigned(a.position, b.position);
        return order != 0 ? order : a.shard.compareTo(b.shard);
      };

  private final List<Point> points;

  /**
   * Places the shards. Cost: {@code n log n} of shards times virtual nodes.
   *
   * @param shards distinct names, at least one
   * @param virtualNodes points of each shard, at least 1; 150 keeps shares within about a quarter
   *     of the mean
   */
  public HashRing(List<String> shards, int virtualNodes) {
    if (shards.isEmpty() || new HashSet<>(shards).size() != shards.size()) {
      throw new IllegalArgumentException(
          "shard names must be distinct and at least one: " + shards);
    }
    if (virtualNodes < 1) {
      throw new IllegalArgumentException("virtualNodes must be at least 1: " + virtualNodes);
    }
    List<Point> placed = new ArrayList<>(shards.size() * virtualNodes);
    for (int index = 0; index < shards.size(); index++) {
      String shard = shards.get(index);
      for (int node = 0; node < virtualNodes; node++) {
        placed.add(new Point(Murmur3.hash(shard + "#" + node), shard, index));
      }
    }
    placed.sort(CLOCKWISE);
    this.points = List.copyOf(placed);
  }

  /**
   * Owner of every bucket, as an index into the list of shards the ring was made of. Cost: linear
   * in buckets and points.
   *
   * @param buckets number of buckets
   */
  public List<Integer> assign(Buckets buckets) {
    long step = Long.divideUnsigned(-1L, buckets.count());
    List<Integer> owners = new ArrayList<>(buckets.count());
    int next = 0;
    for (int bucket = 0; bucket < buckets.count(); bucket++) {
      long position = step * bucket;
      while (next < points.size()
          && Long.compareUnsigned(points.get(next).position, position) < 0) {
        next++;
      }
      owners.add(points.get(next % points.size()).index);
    }
    return List.copyOf(owners);
  }
}
