package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved;
import dev.knowledgenetwork.operator.core.kind.Reason;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the shared cache does.
 *
 * @param ready clients can use it
 * @param rolling the pod is being replaced, or the newest plan is not applied yet
 */
public record Engine(boolean ready, boolean rolling, Reason reason, String message) {

  /** What the cache of a spec does: Valkey of the operator, or the cache that the spec names. */
  public static Engine of(CacheTier tier, CacheTierObserved observed, Plan plan) {
    ExternalCache external = tier.getSpec().l2().external();
    return external == null ? valkey(tier, observed, plan) : external(external, observed);
  }

  /** Clients can use it, and nothing of it is being replaced. */
  public boolean settled() {
    return ready && !rolling;
  }

  private static Engine external(ExternalCache external, CacheTierObserved observed) {
    Optional<String> objection = ExternalLogin.objection(external, observed.authentication());
    if (objection.isPresent()) {
      return new Engine(false, false, CacheReason.SECRET_INCOMPLETE, objection.get());
    }
    String address = external.endpoints().getFirst();
    return observed.probe().isEmpty()
        ? new Engine(false, false, CacheReason.SILENT, unanswered(external, address))
        : new Engine(
            true,
            false,
            CacheReason.EXTERNAL,
            "Clients use the cache at %s, which the operator does not run.".formatted(address));
  }

  /** Names all that can be wrong: from outside they look the same. */
  private static String unanswered(ExternalCache external, String address) {
    return ("The cache at %s does not answer the operator: check the address, spec.l2.external.tls,"
            + " what Secret %s says (%s), and that firewalls and the operator's own network policy"
            + " (value networkPolicy.externalCachePorts of its chart) let it out to port %s.")
        .formatted(
            address,
            external.secretRef().name(),
            external.tls() ? "username, password, ca.crt" : "username, password",
            address.substring(address.lastIndexOf(':') + 1));
  }

  private static Engine valkey(CacheTier tier, CacheTierObserved observed, Plan plan) {
    String name = new Valkey(tier).name();
    Optional<StatefulSet> live = observed.children().find(StatefulSet.class, name);
    if (live.isEmpty()) {
      return new Engine(false, true, CacheReason.CREATING, "The cache is being made.");
    }
    boolean rolling = !applied(plan, live.get()) || replacing(live.get());
    boolean up = number(status(live.get()).getReadyReplicas()) > 0;
    if (!up) {
      return rolling
          ? new Engine(false, true, CacheReason.ROLLING, "The pod of the cache is being replaced.")
          : new Engine(
              false,
              false,
              CacheReason.UNAVAILABLE,
              "Pod %s-0 is not ready: look at kubectl -n %s describe pod %s-0."
                  .formatted(name, tier.getMetadata().getNamespace(), name));
    }
    if (observed.probe().isEmpty()) {
      return new Engine(
          false,
          rolling,
          CacheReason.SILENT,
          "Pod %s-0 runs but does not answer the operator yet.".formatted(name));
    }
    return new Engine(
        true,
        rolling,
        rolling ? CacheReason.ROLLING : CacheReason.READY,
        "The cache answers at %s:%d.".formatted(new Valkey(tier).host(), Valkey.PORT));
  }

  /** True as well when nothing is planned because the spec is invalid. */
  private static boolean applied(Plan plan, StatefulSet live) {
    @Nullable String hash =
        live.getMetadata().getAnnotations() == null
            ? null
            : live.getMetadata().getAnnotations().get(Annotations.DESIRED_HASH);
    return plan.resources().stream()
        .filter(StatefulSet.class::isInstance)
        .allMatch(desired -> Hash.of(desired).equals(hash));
  }

  private static boolean replacing(StatefulSet live) {
    StatefulSetStatus status = status(live);
    return number(status.getObservedGeneration()) < number(live.getMetadata().getGeneration())
        || !Objects.equals(status.getCurrentRevision(), status.getUpdateRevision());
  }

  private static StatefulSetStatus status(StatefulSet live) {
    return live.getStatus() == null ? new StatefulSetStatus() : live.getStatus();
  }

  private static long number(@Nullable Number number) {
    return number == null ? 0 : number.longValue();
  }
}
