package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.cache.CacheTierPlanner;
import dev.knowledgenetwork.operator.core.cache.CacheTierStatusCalculator;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.observe.Addresses;
import dev.knowledgenetwork.operator.runtime.observe.CacheObservation;
import dev.knowledgenetwork.operator.runtime.observe.Poller;
import dev.knowledgenetwork.operator.runtime.observe.Target;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a CacheTier is observed, planned and judged. */
public final class CacheTierSubject
    implements Subject<CacheTier, CacheTierStatus, CacheTierObserved> {

  private static final String OWN = "valkey";

  private final LiveView view;
  private final Images images;
  private final Poller<Target.Cache, CacheObservation> caches;

  /** Observes through these. */
  public CacheTierSubject(
      LiveView view, Images images, Poller<Target.Cache, CacheObservation> caches) {
    this.view = view;
    this.images = images;
    this.caches = caches;
  }

  @Override
  public OwnerKind kind() {
    return OwnerKind.CACHE_TIER;
  }

  @Override
  public CacheTierObserved observe(CacheTier cacheTier, Owner owner) {
    Children children = new Children(view.childrenOf(owner));
    Optional<Target.Cache> target = target(cacheTier, owner, children);
    caches.keepOnly(owner, target.map(Target.Cache::part).stream().collect(Collectors.toSet()));
    target.ifPresent(caches::watch);
    Optional<CacheObservation> seen = target.flatMap(caches::latest);
    return new CacheTierObserved(
        children, seen.flatMap(CacheObservation::probe), seen.flatMap(CacheObservation::secret));
  }

  /** Each cache is a part of its own: what one answered is not believed of the next. */
  static Optional<Target.Cache> target(CacheTier cacheTier, Owner owner, Children children) {
    ExternalCache external = cacheTier.getSpec().l2().external();
    if (external != null) {
      return external.endpoints().stream()
          .findFirst()
          .flatMap(CacheTierSubject::address)
          .map(address -> new Target.External(address, external.tls(), external.secretRef().name()))
          .map(found -> new Target.Cache(owner, found.toString(), Optional.of(found)));
    }
    return children
        .find(StatefulSet.class, Names.valkey(owner.name()))
        .map(running -> new Target.Cache(owner, OWN, Optional.empty()));
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
  public boolean pending(Owner owner) {
    return caches.pending(owner);
  }

  @Override
  public Plan plan(CacheTier cacheTier, CacheTierObserved observed, Instant now) {
    return CacheTierPlanner.plan(cacheTier, observed, images, now);
  }

  @Override
  public CacheTierStatus status(
      CacheTier cacheTier, CacheTierObserved observed, Plan plan, Instant now) {
    return CacheTierStatusCalculator.calculate(cacheTier, observed, plan, now);
  }

  @Override
  public CacheTierStatus first(@Nullable Long generation, List<Condition> conditions) {
    return new CacheTierStatus(generation, conditions, null, null, null);
  }

  @Override
  public CacheTier blank() {
    return new CacheTier();
  }

  @Override
  public void settled(Owner owner, boolean settled) {
    caches.settled(owner, settled);
  }

  void forget(Owner owner) {
    caches.forget(owner);
  }
}
