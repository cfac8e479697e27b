package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.ResourceIds;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;

/**
 * The shards as a process sees them: pools, router, transactions and the threads that keep the
 * topology fresh. One for each process; thread-safe.
 */
public final class Shards implements AutoCloseable {
  /** Names of the migrations of the tables that this library has for itself. */
  public static final List<String> MIGRATIONS =
      List.of("V3__idempotent_requests.sql", "V20__events.sql");

  private final Router router;
  private final ShardPools pools;
  private final ShardVitals vitals;
  private final ShardTransactions transactions;
  private final ResourceIds ids;
  private final MeterRegistry meters;
  private final TopologyFileWatch fileWatch;
  private final List<Background> threads;

  /**
   * Work on one shard.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface ShardWork<T> {

    /**
     * Runs statements on a connection in autocommit mode. A transaction that it begins and leaves
     * open is rolled back.
     */
    T run(Connection connection) throws SQLException;
  }

  private Shards(ShardSettings settings, MeterRegistry meters) throws IOException {
    router = new Router(Topologies.read(settings.topologyFile()));
    pools = new ShardPools(settings, meters);
    vitals = new ShardVitals(System::nanoTime);
    Topologies topologies = new Topologies(settings.topologyFile(), router, pools);
    transactions = new ShardTransactions(topologies, vitals, settings, meters);
    ids = new ResourceIds(InstantSource.system(), new SecureRandom());
    this.meters = meters;
    fileWatch = new TopologyFileWatch(settings.topologyFile(), topologies);
    threads =
        List.of(
            Background.start("topology-file", TopologyFileWatch.SETTLE, fileWatch),
            Background.start(
                "topology-listener",
                TopologyListener.RECONNECT,
                new TopologyListener(settings, router, topologies)),
            Background.start(
                "shard-probe",
                ShardVitals.INTERVAL,
                () -> vitals.probe(router.routes().document(), pools)));
  }

  /** Opens the shards and measures nothing; {@link #open(ShardSettings, MeterRegistry)}. */
  public static Shards open(ShardSettings settings) {
    // Without a registry in it, it keeps no meter.
    return open(settings, new CompositeMeterRegistry());
  }

  /**
   * Reads the topology file and opens the pools; does not wait for a shard.
   *
   * @throws IllegalArgumentException if there is no usable topology file
   */
  public static Shards open(ShardSettings settings, MeterRegistry meters) {
    try {
      return new Shards(settings, meters);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot watch the topology file", e);
    }
  }

  /**
   * The topology in a file, for processes that need no pools.
   *
   * @throws IllegalArgumentException if it cannot be read or is no topology
   */
  public static TopologyDocument readTopology(Path file) {
    return Topologies.read(file);
  }

  /** Runs any SQL on the shard of a key. */
  public ShardTransactions transactions() {
    return transactions;
  }

  /** The resources of a kind, without a cache. */
  public Resources resources(Aggregate aggregate) {
    return new ResourceTable(transactions, ids, aggregate, new Outbox(aggregate, ids));
  }

  /** The retention of a table whose rows are deleted softly. */
  public DeletedRowPurge purge(String table) {
    return new DeletedRowPurge(table, ResourceColumns::deletedAt, router, pools, meters);
  }

  /** The retention of the requests that clients may send again. */
  public DeletedRowPurge purgeIdempotentRequests() {
    return new DeletedRowPurge(
        IdempotentRequests.TABLE, ResourceColumns::createdAt, router, pools, meters);
  }

  /**
   * Runs work on a shard itself, once and without a key. The shard may hold rows that it does not
   * own, so the work joins {@code kn.bucket_owner}.
   *
   * @throws SQLException if the shard cannot be reached or refuses a statement
   */
  public <T> T on(String shard, ShardWork<T> work) throws SQLException {
    try (Connection connection = pools.connection(shard)) {
      return work.run(connection);
    }
  }

  /** Bucket of a key and the shard that owns it, by the topology in use. */
  public Router router() {
    return router;
  }

  /** The topology in use. */
  public TopologyDocument topology() {
    return router.routes().document();
  }

  /** What is known of the shards. No input or output: fit for a probe. */
  public ShardHealth health() {
    return vitals.health(topology());
  }

  /** Stops the threads and closes all connections; operations under way fail. */
  @Override
  public void close() {
    threads.forEach(Background::close);
    pools.close();
    try {
      fileWatch.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end the watch of the topology file", e);
    }
  }
}
