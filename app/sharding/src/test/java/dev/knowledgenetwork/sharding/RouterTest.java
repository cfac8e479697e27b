package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import dev.knowledgenetwork.topology.Buckets;
import dev.knowledgenetwork.topology.TopologyDocument;
import dev.knowledgenetwork.topology.TopologyDocument.Endpoint;
import dev.knowledgenetwork.topology.TopologyDocument.Pooler;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RouterTest {

  @Property
  void aKeyGoesWhereTheDocumentSays(Draws draws) {
    String key = draws.anyText(1, 255);
    TopologyDocument topology = topology(draws.between(1, 9));
    Router router = new Router(topology);
    int bucket = new Buckets(4096).of(key);
    assertThat(router.bucket(key)).isEqualTo(bucket);
    assertThat(router.shard(key)).isEqualTo("s" + topology.assignment().get(bucket));
  }

  @Property(tries = 200)
  void aBucketIsAskedForWithTheEpochInWhichItCameToItsShard(Draws draws) {
    TopologyDocument topology = topology(draws.between(1, 9));
    Router router = new Router(topology);
    long[] cameIn = LongStream.generate(() -> 1).limit(4096).toArray();
    for (int moves = draws.between(0, 4); moves > 0; moves--) {
      List<Integer> assignment = new ArrayList<>(topology.assignment());
      int first = draws.between(0, 4095);
      int shard = draws.between(0, topology.shards().size() - 1);
      for (int bucket = first; bucket < Math.min(4096, first + 100); bucket++) {
        if (assignment.set(bucket, shard) != shard) {
          cameIn[bucket] = topology.epoch() + 1;
        }
      }
      topology = reordered(topology, draws.shuffled(topology.shards()), assignment);
      router.use(topology);
    }
    int bucket = draws.between(0, 4095);
    assertThat(router.routes().epoch(bucket)).isEqualTo(cameIn[bucket]);
    assertThat(TopologyDocument.parse(topology.toJson())).isEqualTo(topology);
  }

  @Test
  void onlyANewerTopologyOfTheSameClusterIsWanted() {
    Router router = new Router(epoch(topology(2), "c", 5));
    assertThat(router.wants(epoch(topology(2), "c", 6))).isTrue();
    assertThat(router.wants(epoch(topology(3), "c", 5))).isFalse();
    assertThat(router.wants(epoch(topology(2), "c", 4))).isFalse();
    assertThat(router.wants(epoch(topology(2), "d", 6))).isFalse();
    router.use(epoch(topology(1), "c", 6));
    assertThat(router.epoch()).isEqualTo(6);
    assertThat(router.shard("any")).isEqualTo("s0");
  }

  @Test
  void aLookUpAllocatesNothing() {
    Router router = new Router(topology(3));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int used = lookUps(router);
    long before = threads.getCurrentThreadAllocatedBytes();
    used += lookUps(router);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(used).isPositive();
    // The measurement itself allocates a little; one object a look-up would be 160,000 and more.
    assertThat(allocated).isLessThan(10_000);
  }

  private static int lookUps(Router router) {
    int used = 0;
    for (int i = 0; i < 10_000; i++) {
      used += router.shard("organisation/Zürich").length();
    }
    return used;
  }

  private static TopologyDocument topology(int shards) {
    Endpoint server = new Endpoint("host", 5432);
    return TopologyDocument.first(
        "c",
        "tenant_id",
        4096,
        150,
        "kn",
        IntStream.range(0, shards)
            .mapToObj(n -> new Shard("s" + n, server, server, new Pooler("pooler", 6432, "kn")))
            .toList());
  }

  /** The next topology, its shards listed in another order: what counts is a shard's name. */
  private static TopologyDocument reordered(
      TopologyDocument topology, List<Shard> order, List<Integer> assignment) {
    return topology.next(
        order,
        assignment.stream().map(shard -> order.indexOf(topology.shards().get(shard))).toList());
  }

  private static TopologyDocument epoch(TopologyDocument d, String cluster, long epoch) {
    return new TopologyDocument(
        cluster,
        epoch,
        d.strategy(),
        d.key(),
        d.buckets(),
        d.virtualNodes(),
        d.database(),
        d.shards(),
        d.assignment(),
        d.epochs());
  }
}
