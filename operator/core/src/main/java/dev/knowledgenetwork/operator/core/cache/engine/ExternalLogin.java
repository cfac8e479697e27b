package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.operator.core.naming.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The Secret with which clients log in to a cache that the operator does not run. */
public final class ExternalLogin {

  private ExternalLogin() {}

  /** What a person must add; empty when the Secret is complete and may be used. */
  public static Optional<String> objection(
      CacheTier tier, ExternalCache external, Optional<CacheView.ExternalSecret> secret) {
    String namespace = tier.getMetadata().getNamespace();
    String name = external.secretRef().name();
    List<String> needed = new ArrayList<>(List.of("username", "password"));
    if (external.tls()) {
      needed.add("ca.crt");
    }
    if (secret.filter(seen -> seen.name().equals(name)).isEmpty()) {
      return Optional.of(
          "Secret %s does not exist in this namespace: create it with the keys %s, and the label %s=true."
              .formatted(name, String.join(", ", needed), Labels.CACHE_LOGIN));
    }
    return switch (secret.get().consent()) {
      case OURS ->
          Optional.of(
              "Secret %s is the operator's own (label %s=%s) and is never sent to a cache outside: name"
                      .formatted(name, Labels.MANAGED_BY, Labels.OPERATOR)
                  + " a Secret of yours with the keys %s.".formatted(String.join(", ", needed)));
      case MISSING ->
          Optional.of(
              ("What Secret %2$s holds is sent to %3$s only where its label allows that: kubectl -n"
                      + " %1$s label secret %2$s %4$s=true")
                  .formatted(
                      namespace,
                      name,
                      String.join(", ", external.endpoints()),
                      Labels.CACHE_LOGIN));
      case GIVEN -> lacking(name, needed, secret.get().keys());
    };
  }

  private static Optional<String> lacking(String name, List<String> needed, Set<String> keys) {
    String lacking =
        needed.stream().filter(key -> !keys.contains(key)).collect(Collectors.joining(", "));
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of("Secret %s has no key %s: add it.".formatted(name, lacking));
  }
}
