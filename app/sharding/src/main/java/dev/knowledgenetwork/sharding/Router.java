package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.topology.Buckets;
import dev.knowledgenetwork.topology.TopologyDocument;
import java.util.stream.IntStream;

/**
 * Key to bucket to shard: a hash and an array look-up, without allocation or lock.
 *
 * <p>The whole routing state is one immutable value; a newer topology replaces it at once, so a
 * reader sees either the old or the new one, never a mixture.
 */
public final class Router {

  /** The routing state of one epoch. Not a record: the array is not for others to change. */
  static final class Routes {
    private final TopologyDocument document;
    private final Buckets buckets;
    private final String[] owners;
    private final long[] epochs;

    Routes(TopologyDocument document) {
      this.document = document;
      this.buckets = new Buckets(document.buckets());
      this.owners =
          IntStream.range(0, document.buckets()).mapToObj(document::owner).toArray(String[]::new);
      this.epochs = IntStream.range(0, document.buckets()).mapToLong(document::epoch).toArray();
    }

    TopologyDocument document() {
      return document;
    }

    long epoch() {
      return document.epoch();
    }

    int bucket(CharSequence key) {
      return buckets.of(key);
    }

    String owner(int bucket) {
      return owners[bucket];
    }

    /** The epoch in which a bucket came to its owner. */
    long epoch(int bucket) {
      return epochs[bucket];
    }
  }

  private volatile Routes routes;

  /** Routes by a topology until a newer one is given. */
  public Router(TopologyDocument topology) {
    this.routes = new Routes(topology);
  }

  /** Bucket of a key. */
  public int bucket(CharSequence key) {
    return routes.bucket(key);
  }

  /** Name of the shard that owns a key. */
  public String shard(CharSequence key) {
    Routes now = routes;
    return now.owner(now.bucket(key));
  }

  /** Epoch of the topology in use. */
  public long epoch() {
    return routes.epoch();
  }

  /** The state in use, for steps that must not see it change between them. */
  Routes routes() {
    return routes;
  }

  /** True if the topology is of the same cluster and newer than the one in use. */
  boolean wants(TopologyDocument topology) {
    TopologyDocument now = routes.document();
    return topology.clusterId().equals(now.clusterId()) && topology.epoch() > now.epoch();
  }

  /** Routes by a topology from now on. */
  void use(TopologyDocument topology) {
    routes = new Routes(topology);
  }
}
