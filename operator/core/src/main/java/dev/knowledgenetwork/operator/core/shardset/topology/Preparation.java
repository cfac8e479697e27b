package dev.knowledgenetwork.operator.core.shardset.topology;

/**
 * How far a database is prepared.
 *
 * @param complete roles, database, schema and topology are there for {@code schemaVersion}
 * @param clusterId identity in {@code kn.identity}; empty before preparation
 * @param schemaVersion version in {@code kn.schema_version}; 0 before preparation
 * @param epoch newest epoch in {@code kn.topology}; 0 before preparation
 */
public record Preparation(boolean complete, String clusterId, int schemaVersion, long epoch) {}
