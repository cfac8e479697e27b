package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.operator.core.naming.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The Secret with which clients log in to a cache that the operator does not run. */
public final class ExternalLogin {

  private ExternalLogin() {}

  /** What a person must add; empty when the Secret is complete. */
  public static Optional<String> objection(
      ExternalCache external, Optional<CacheView.ExternalSecret> secret) {
    String name = external.secretRef().name();
    List<String> missing = new ArrayList<>(List.of("username", "password"));
    if (external.tls()) {
      missing.add("ca.crt");
    }
    if (secret.filter(seen -> seen.name().equals(name)).isEmpty()) {
      return Optional.of(
          "Secret %s does not exist in this namespace: create it with the keys %s."
              .formatted(name, String.join(", ", missing)));
    }
    if (secret.get().ours()) {
      return Optional.of(
          "Secret %s is the operator's own (label %s=%s) and is never sent to a cache outside: name"
                  .formatted(name, Labels.MANAGED_BY, Labels.OPERATOR)
              + " a Secret of yours with the keys %s.".formatted(String.join(", ", missing)));
    }
    Set<String> keys = secret.get().keys();
    missing.removeAll(keys);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Secret %s has no key %s: add it.".formatted(name, String.join(", ", missing)));
  }
}
