package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of objects that were applied or compared, so that a settled object costs no
 * comparison and a difference that an admission plug-in insists on costs no write. Memory only: a
 * restart costs one comparison an object and one write for each that a plug-in changes.
 */
final class Remembered {

  private final Map<Owner, Map<Reference, Facts>> byOwner = new ConcurrentHashMap<>();

  /**
   * Facts of one object.
   *
   * @param hash of the desired form that it was compared with
   * @param version resource version that was found as desired
   * @param tolerated differences that the API server itself made in answering our own write
   */
  record Facts(String uid, String hash, String version, Set<Drift.Difference> tolerated) {

    Facts(String uid, String hash, String version, Collection<Drift.Difference> tolerated) {
      this(uid, hash, version, Set.copyOf(tolerated));
    }
  }

  @Nullable Facts of(Owner owner, Reference reference) {
    return byOwner.getOrDefault(owner, Map.of()).get(reference);
  }

  void put(Owner owner, Reference reference, Facts facts) {
    byOwner.computeIfAbsent(owner, key -> new ConcurrentHashMap<>()).put(reference, facts);
  }

  void forget(Owner owner) {
    byOwner.remove(owner);
  }

  void forget(Owner owner, Reference reference) {
    byOwner.getOrDefault(owner, new ConcurrentHashMap<>()).remove(reference);
  }
}
