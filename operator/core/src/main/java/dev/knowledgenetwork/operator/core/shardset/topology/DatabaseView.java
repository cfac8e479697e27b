package dev.knowledgenetwork.operator.core.shardset.topology;

import dev.knowledgenetwork.operator.core.kind.Fact;
import java.util.Map;
import java.util.Optional;

/**
 * What a shard's primary said of its schema {@code kn}, of a write, and of its settings.
 *
 * @param asked who led when it was asked
 * @param prepared roles, database, schema and topology are complete for {@code schemaVersion}
 * @param clusterId identity in {@code kn.identity}; empty before preparation
 * @param schemaVersion version in {@code kn.schema_version}; 0 before preparation
 * @param epoch newest epoch in {@code kn.topology}; 0 before preparation
 * @param refusal why it took no write under the fence; empty where it took one, and before
 *     preparation
 * @param rejected settings in its configuration files that it does not take, by name
 */
public record DatabaseView(
    Leading asked,
    boolean prepared,
    String clusterId,
    int schemaVersion,
    long epoch,
    Optional<WriteRefusal> refusal,
    Map<String, RejectedSetting> rejected) {

  /** Asked of the primary of every shard. */
  public static final Fact<DatabaseView> FACT = new Fact<>("database", DatabaseView.class);

  /** Copies the map. */
  public DatabaseView {
    rejected = Map.copyOf(rejected);
  }

  /** Of a schema {@code kn}: nothing was refused. */
  public DatabaseView(boolean prepared, String clusterId, int schemaVersion, long epoch) {
    this(Leading.NOBODY, prepared, clusterId, schemaVersion, epoch, Optional.empty(), Map.of());
  }

  /** The same, said by those. */
  public DatabaseView asked(Leading leading) {
    return new DatabaseView(leading, prepared, clusterId, schemaVersion, epoch, refusal, rejected);
  }

  /** The same, with what came of a write. */
  public DatabaseView refusing(Optional<WriteRefusal> write) {
    return new DatabaseView(asked, prepared, clusterId, schemaVersion, epoch, write, rejected);
  }

  /** The same, with these settings not taken. */
  public DatabaseView rejecting(Map<String, RejectedSetting> settings) {
    return new DatabaseView(asked, prepared, clusterId, schemaVersion, epoch, refusal, settings);
  }
}
