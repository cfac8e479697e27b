package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.workload.Logs;
import dev.knowledgenetwork.operator.core.workload.PodObstacle;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the shared cache does.
 *
 * @param ready clients can use it
 * @param rolling the pod is being replaced, or the newest plan is not applied yet
 */
public record Engine(boolean ready, boolean rolling, Reason reason, String message) {

  /**
   * What the cache of a tier does, after a pass: Valkey of the operator, or the cache that the spec
   * names.
   */
  public static Engine of(Pass<CacheTier> pass) {
    CacheTier tier = pass.primary();
    CacheView view = CacheView.of(tier, pass.observed().facts());
    ExternalCache external = tier.getSpec().l2().external();
    return external == null ? valkey(pass, view) : external(tier, external, view);
  }

  /** Clients can use it, and nothing of it is being replaced. */
  public boolean settled() {
    return ready && !rolling;
  }

  private static Engine external(CacheTier tier, ExternalCache external, CacheView view) {
    Optional<String> objection = ExternalLogin.objection(tier, external, view.secret());
    if (objection.isPresent()) {
      return new Engine(false, false, CacheReason.SECRET_INCOMPLETE, objection.get());
    }
    String address = external.endpoints().getFirst();
    if (view.refusal().filter(Engine::isBusy).isPresent()) {
      return new Engine(
          false,
          false,
          CacheReason.SILENT,
          "The cache at %s is held by a script of one of its clients: %s."
              .formatted(address, view.refusal().get()));
    }
    if (view.refusal().isPresent()) {
      return new Engine(
          false,
          false,
          CacheReason.LOGIN_REFUSED,
          "The cache at %s refuses the login of Secret %s: %s. Correct its username and password."
              .formatted(address, external.secretRef().name(), view.refusal().get()));
    }
    return view.probe().isEmpty()
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

  private static Engine valkey(Pass<CacheTier> pass, CacheView view) {
    CacheTier tier = pass.primary();
    String name = new Valkey(tier).name();
    Optional<StatefulSet> live = pass.observed().children().find(StatefulSet.class, name);
    if (live.isEmpty()) {
      return new Engine(false, true, CacheReason.CREATING, "The cache is being made.");
    }
    boolean rolling =
        pass.outcome().changed(Reference.of(live.get())) || Valkey.isReplacing(live.get());
    boolean up = number(status(live.get()).getReadyReplicas()) > 0;
    if (!up) {
      return rolling && pass.round().isActive()
          ? new Engine(
              false,
              true,
              CacheReason.ROLLING,
              obstacle(pass, name).orElse("The pod of the cache is being replaced."))
          : new Engine(
              false,
              rolling,
              CacheReason.UNAVAILABLE,
              obstacle(pass, name)
                  .orElseGet(
                      () ->
                          ("Pod %s-0 is not ready: it is expected within a minute; if not, read"
                                  + " why: %s.")
                              .formatted(
                                  name,
                                  Logs.command(
                                      tier.getMetadata().getNamespace(),
                                      live.get().getSpec().getSelector().getMatchLabels()))));
    }
    if (view.refusal().filter(Engine::isBusy).isPresent()) {
      return new Engine(
          false,
          rolling,
          CacheReason.SILENT,
          ("Pod %1$s-0 is held by a script of one of its clients: %2$s. If it does not end, start"
                  + " the cache anew, empty: kubectl -n %3$s delete pod %1$s-0.")
              .formatted(name, view.refusal().get(), tier.getMetadata().getNamespace()));
    }
    if (view.refusal().isPresent()) {
      return new Engine(
          false, rolling, CacheReason.LOGIN_REFUSED, refused(pass, name, view.refusal().get()));
    }
    if (view.probe().isEmpty()) {
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

  /** It answers every command like this until the script ends. */
  private static boolean isBusy(String words) {
    return words.startsWith("BUSY");
  }

  /** A pod that was started with another login is replaced; one that nobody knows of is not. */
  private static String refused(Pass<CacheTier> pass, String name, String words) {
    CacheTier tier = pass.primary();
    String refusal =
        "The cache refuses the login of Secret %s: %s."
            .formatted(Names.cacheLogin(tier.getMetadata().getName()), words);
    return pass.round().isActive()
        ? refusal
            + " It is given the new one: its pod is being replaced, then those of applications."
        : refusal
            + " Its pod reads its users when it starts, so let it start anew: kubectl -n %s delete pod %s-0"
                .formatted(tier.getMetadata().getNamespace(), name);
  }

  private static Optional<String> obstacle(Pass<CacheTier> pass, String name) {
    return pass.observed()
        .children()
        .find(Pod.class, name + "-0")
        .flatMap(PodObstacle::of)
        .map(obstacle -> obstacle.text() + ".");
  }

  private static StatefulSetStatus status(StatefulSet live) {
    return live.getStatus() == null ? new StatefulSetStatus() : live.getStatus();
  }

  private static long number(@Nullable Number number) {
    return number == null ? 0 : number.longValue();
  }
}
