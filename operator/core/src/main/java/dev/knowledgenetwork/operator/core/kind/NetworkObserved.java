package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import java.util.Optional;

/**
 * All that a KnowledgeNetwork's plan and status depend on.
 *
 * @param shardSet the one it refers to or owns, where it exists
 * @param cacheTier the one it refers to or owns, where it exists
 * @param serviceMonitors whether the API {@code monitoring.coreos.com/v1} is served
 */
public record NetworkObserved(
    Children children,
    Optional<ShardSet> shardSet,
    Optional<CacheTier> cacheTier,
    boolean serviceMonitors) {}
