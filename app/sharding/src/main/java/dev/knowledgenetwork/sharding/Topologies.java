package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.topology.TopologyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings newer topologies into use: pools first, then routes. Older ones, and those of another
 * cluster, change nothing; the sources may therefore report in any order.
 */
final class Topologies {
  private static final System.Logger LOG = System.getLogger(Topologies.class.getName());
  private static final int TIMEOUT_SECONDS = 2;
  private static final int NETWORK_TIMEOUT_MILLIS = 3_000;
  private static final String NEWEST =
      "select document::text from kn.topology where epoch > ? order by epoch desc limit 1";

  private final Path file;
  private final Router router;
  private final ShardPools pools;
  private final Map<String, CompletableFuture<Void>> reloads = new ConcurrentHashMap<>();

  Topologies(Path file, Router router, ShardPools pools) {
    this.file = file;
    this.router = router;
    this.pools = pools;
    pools.add(router.routes().document());
  }

  Router router() {
    return router;
  }

  ShardPools pools() {
    return pools;
  }

  /**
   * The topology in a file.
   *
   * @throws IllegalArgumentException if it cannot be read or is no topology
   */
  static TopologyDocument read(Path file) {
    try {
      return TopologyDocument.parse(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the topology from " + file, e);
    }
  }

  /** Uses a topology if it is newer than the one in use. */
  synchronized void offer(TopologyDocument topology) {
    if (!router.wants(topology)) {
      return;
    }
    pools.add(topology);
    router.use(topology);
    pools.retain(topology);
    LOG.log(System.Logger.Level.INFO, "topology epoch {0} is in use", topology.epoch());
  }

  /** Uses the file's topology if it is newer; a file that is broken or away changes nothing. */
  void offerFile() {
    try {
      offer(read(file));
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "the topology file is not usable: {0}", e.getMessage());
    }
  }

  /**
   * A shard refused a bucket: asks that shard, then the file, for a newer topology. Callers that
   * arrive while another asks the same shard wait for it and take its result: they all wait once.
   *
   * @param refused the epoch that was refused
   * @return true if a newer one is in use now
   */
  boolean reload(String shard, long refused) {
    if (router.epoch() > refused) {
      return true;
    }
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = reloads.putIfAbsent(shard, mine);
    if (other != null) {
      other.join();
      return router.epoch() > refused;
    }
    try {
      ask(shard, refused);
      return router.epoch() > refused;
    } finally {
      reloads.remove(shard);
      mine.complete(null);
    }
  }

  private void ask(String shard, long refused) {
    try (Connection connection = pools.connection(shard)) {
      connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
      newest(connection).ifPresent(this::offer);
    } catch (SQLException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "shard {0} does not tell its topology: {1}",
          shard,
          Failures.describe(e));
    }
    if (router.epoch() <= refused) {
      offerFile();
    }
  }

  /** A topology newer than the one in use, from the shard at the other end. */
  Optional<TopologyDocument> newest(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NEWEST)) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      statement.setLong(1, router.epoch());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(TopologyDocument.parse(rows.getString(1)))
            : Optional.empty();
      }
    }
  }
}
