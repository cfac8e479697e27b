package dev.knowledgenetwork.operator.core.shardset.topology;

import dev.knowledgenetwork.operator.core.kind.Fact;

/**
 * What a shard's primary said of its schema {@code kn}.
 *
 * @param prepared roles, database, schema and topology are complete for {@code schemaVersion}
 * @param clusterId identity in {@code kn.identity}; empty before preparation
 * @param schemaVersion version in {@code kn.schema_version}; 0 before preparation
 * @param epoch newest epoch in {@code kn.topology}; 0 before preparation
 */
public record DatabaseView(boolean prepared, String clusterId, int schemaVersion, long epoch) {

  /** Asked of the primary of every shard. */
  public static final Fact<DatabaseView> FACT = new Fact<>("database", DatabaseView.class);
}
