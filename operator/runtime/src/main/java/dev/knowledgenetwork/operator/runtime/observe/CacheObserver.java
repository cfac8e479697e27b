package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.ExternalSecret;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.CacheClient;
import dev.knowledgenetwork.operator.runtime.connect.ForeignSecrets;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks a cache as its client user: PING and how full its memory is. For an external cache the
 * user's Secret is read live, because foreign Secrets are not watched: one GET a poll.
 */
public final class CacheObserver implements Observer<CacheTier, CacheObserver.Place, CacheView> {

  /**
   * Where a cache is.
   *
   * @param external the user's own; empty: the Valkey that the operator runs
   * @param process tells the Valkey that runs now from the one before; empty while none does
   */
  public record Place(Optional<External> external, String process) {}

  /**
   * A cache that the operator does not run.
   *
   * @param secret the user's Secret with {@code username}, {@code password} and, with TLS, {@code
   *     ca.crt}
   */
  public record External(Addresses.HostPort address, boolean tls, String secret) {}

  private final SecretReader own;
  private final ForeignSecrets foreign;
  private final Addresses addresses;
  private final CacheClient caches;

  /** Asks through that client, with credentials from there. */
  public CacheObserver(
      SecretReader own, ForeignSecrets foreign, Addresses addresses, CacheClient caches) {
    this.own = own;
    this.foreign = foreign;
    this.addresses = addresses;
    this.caches = caches;
  }

  @Override
  public Fact<CacheView> fact() {
    return CacheView.FACT;
  }

  /** Each cache is a part of its own: what one answered is not believed of the next. */
  @Override
  public Map<Target, Place> targets(CacheTier tier, Children children) {
    ExternalCache external = tier.getSpec().l2().external();
    if (external != null) {
      return external.endpoints().stream()
          .findFirst()
          .flatMap(CacheObserver::address)
          .map(address -> new External(address, external.tls(), external.secretRef().name()))
          .map(found -> Map.of(CacheView.target(tier), new Place(Optional.of(found), "")))
          .orElse(Map.of());
    }
    String name = Names.valkey(tier.getMetadata().getName());
    return children
        .find(StatefulSet.class, name)
        .map(
            running ->
                Map.of(
                    CacheView.target(tier),
                    new Place(Optional.empty(), process(children.find(Pod.class, name + "-0")))))
        .orElse(Map.of());
  }

  private static String process(Optional<Pod> pod) {
    return pod.map(found -> found.getMetadata().getUid() + " " + Readiness.since(found)).orElse("");
  }

  /** What a pod answered says nothing of the one that takes its place. */
  @Override
  public boolean isAnother(Place before, Place now) {
    return !before.process().equals(now.process());
  }

  /** Empty for what validation refuses. */
  private static Optional<Addresses.HostPort> address(String endpoint) {
    if (!endpoint.matches(ExternalCache.ENDPOINT)) {
      return Optional.empty();
    }
    int colon = endpoint.lastIndexOf(':');
    return Optional.of(
        new Addresses.HostPort(
            endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1))));
  }

  @Override
  public CacheView ask(Target target, Place place) {
    return place
        .external()
        .map(external -> external(target, external))
        .orElseGet(
            () ->
                view(
                    caches.ping(
                        target,
                        addresses.cache(target.namespace(), target.name()),
                        true,
                        ownLogin(target)),
                    Optional.empty()));
  }

  private CacheView external(Target target, External external) {
    Optional<ForeignSecrets.Found> secret = foreign.get(target.namespace(), external.secret());
    return view(
        secret
            .map(found -> caches.ping(target, external.address(), external.tls(), found.content()))
            .orElseGet(CacheClient.Answer.Silence::new),
        secret.map(
            found ->
                new ExternalSecret(external.secret(), found.content().keySet(), found.consent())));
  }

  @Override
  public void forget(Owner owner) {
    caches.forget(owner);
  }

  private Map<String, String> ownLogin(Target target) {
    Map<String, String> login = new HashMap<>();
    for (String key : List.of("username", "password", "ca.crt")) {
      own.secret(target.namespace(), Names.cacheLogin(target.name()), key)
          .ifPresent(value -> login.put(key, value));
    }
    return login;
  }

  private static CacheView view(CacheClient.Answer answer, Optional<ExternalSecret> secret) {
    return switch (answer) {
      case CacheClient.Answer.Welcome(OptionalInt usedPercent) ->
          new CacheView(Optional.of(new CacheView.Probe(usedPercent)), Optional.empty(), secret);
      case CacheClient.Answer.Refused(String words) ->
          new CacheView(Optional.empty(), Optional.of(words), secret);
      case CacheClient.Answer.Silence silence ->
          new CacheView(Optional.empty(), Optional.empty(), secret);
    };
  }
}
