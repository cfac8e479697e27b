package dev.knowledgenetwork.operator.core.shardset.topology;

import dev.knowledgenetwork.operator.core.kind.Fact;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a shard's primary said of its schema {@code kn}, of a write, and of its settings.
 *
 * @param asked who led when it was asked
 * @param preparation how far it is prepared
 * @param broken what lacks of the rights and settings that users were promised, each as the
 *     statement that brings it back; none before preparation. Users may be served all the same
 * @param refusal why it took no write under the fence; empty where it took one, and before
 *     preparation
 * @param rejected settings in its configuration files that it does not take, by name
 */
public record DatabaseView(
    Leading asked,
    Preparation preparation,
    List<String> broken,
    Optional<WriteRefusal> refusal,
    Map<String, RejectedSetting> rejected) {

  /** Asked of the primary of every shard. */
  public static final Fact<DatabaseView> FACT = new Fact<>("database", DatabaseView.class);

  /** Copies list and map. */
  public DatabaseView {
    broken = List.copyOf(broken);
    rejected = Map.copyOf(rejected);
  }

  /** Of a schema {@code kn}: nothing was refused, and nothing lacks. */
  public DatabaseView(boolean prepared, String clusterId, int schemaVersion, long epoch) {
    this(
        Leading.NOBODY,
        new Preparation(prepared, clusterId, schemaVersion, epoch),
        List.of(),
        Optional.empty(),
        Map.of());
  }

  /** Whether roles, database, schema and topology are complete for {@link #schemaVersion}. */
  public boolean prepared() {
    return preparation.complete();
  }

  /** Identity of its data; empty before preparation. */
  public String clusterId() {
    return preparation.clusterId();
  }

  /** Version of its schema {@code kn}; 0 before preparation. */
  public int schemaVersion() {
    return preparation.schemaVersion();
  }

  /** The newest epoch that it knows; 0 before preparation. */
  public long epoch() {
    return preparation.epoch();
  }

  /** The same, said by those. */
  public DatabaseView asked(Leading leading) {
    return new DatabaseView(leading, preparation, broken, refusal, rejected);
  }

  /** The same, with that lacking. */
  public DatabaseView breaking(List<String> remedies) {
    return new DatabaseView(asked, preparation, remedies, refusal, rejected);
  }

  /** The same, with what came of a write. */
  public DatabaseView refusing(Optional<WriteRefusal> write) {
    return new DatabaseView(asked, preparation, broken, write, rejected);
  }

  /** The same, with these settings not taken. */
  public DatabaseView rejecting(Map<String, RejectedSetting> settings) {
    return new DatabaseView(asked, preparation, broken, refusal, settings);
  }
}
