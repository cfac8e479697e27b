package dev.knowledgenetwork.sharding;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process needs to reach the shards.
 *
 * @param topologyFile {@code topology.json} of the Secret; read at start and again when it changes
 * @param credentials login of the runtime role
 * @param security protection of the connections
 * @param pool size and limits of the pool of each shard
 * @param deadline longest time an operation takes, its retries included
 */
public record ShardSettings(
    Path topologyFile,
    Credentials credentials,
    TransportSecurity security,
    PoolSettings pool,
    Duration deadline) {

  /** Deadline where nothing else is configured. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(8);

  /**
   * Settings with all defaults, from the Secrets that {@code status.binding} of a ShardSet names.
   *
   * @param topologySecret where its {@code topologySecret} is mounted: {@code topology.json},
   *     {@code ca.crt}
   * @param login where its {@code name} or {@code appSecret} is mounted: {@code username}, {@code
   *     password}
   */
  public static ShardSettings mounted(Path topologySecret, Path login) {
    return new ShardSettings(
        topologySecret.resolve("topology.json"),
        Credentials.fromDirectory(login),
        new TransportSecurity.VerifyFull(topologySecret.resolve("ca.crt")),
        PoolSettings.DEFAULT,
        DEFAULT_DEADLINE);
  }
}
