package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.core.kind.CacheTierObserved.CacheProbe;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved.ExternalSecret;
import java.util.Optional;

/**
 * What was learnt of a cache in one go.
 *
 * @param probe empty while it does not answer
 * @param secret keys of the user's Secret; empty where there is none, or where it is our own
 */
public record CacheObservation(Optional<CacheProbe> probe, Optional<ExternalSecret> secret) {}
