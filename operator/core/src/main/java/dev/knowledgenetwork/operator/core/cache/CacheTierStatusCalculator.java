package dev.knowledgenetwork.operator.core.cache;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.DEGRADED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.MEMORY_OK;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.RECONCILING;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierBinding;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.cache.engine.CacheReason;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView;
import dev.knowledgenetwork.operator.core.cache.engine.Engine;
import dev.knowledgenetwork.operator.core.cache.engine.Valkey;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Finding;
import dev.knowledgenetwork.operator.core.kind.Health;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.kind.StandardConditions;
import dev.knowledgenetwork.operator.core.naming.Names;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The status of a CacheTier, computed anew each time; equal while nothing changes. Work that was
 * asked for is Reconciling; only what was lost is Degraded; only what needs a person is Stalled.
 */
public final class CacheTierStatusCalculator {

  private static final int NEARLY_FULL = 90;

  private final Pass<CacheTier> pass;
  private final CacheTier tier;
  private final CacheView view;
  private final CacheTierStatus before;
  private final Engine engine;

  private CacheTierStatusCalculator(Pass<CacheTier> pass) {
    this.pass = pass;
    this.tier = pass.primary();
    this.view = CacheView.of(tier, pass.observed().facts());
    this.before = Optional.ofNullable(tier.getStatus()).orElseGet(CacheTierStatus::empty);
    this.engine = Engine.of(pass);
  }

  /** The status after a pass; the one before is read from the tier. */
  public static CacheTierStatus calculate(Pass<CacheTier> pass) {
    return new CacheTierStatusCalculator(pass).status(pass.now());
  }

  private CacheTierStatus status(Instant now) {
    Long generation = tier.getMetadata().getGeneration();
    Conditions conditions = Conditions.after(before.conditions(), generation, now);
    conditions = StandardConditions.set(conditions, pass, health());
    conditions = memory(conditions);
    if (pass.isPaused() || !pass.plan().isComplete()) {
      // What runs goes on, and so does what clients mount: they must not be rolled onto a policy
      // that is not applied, nor be given a Secret that must not be used.
      return new CacheTierStatus(
          generation,
          conditions.toList(),
          before.binding(),
          before.endpoint(),
          before.memory(),
          pass.round().entries());
    }
    String name = tier.getMetadata().getName();
    ExternalCache external = tier.getSpec().l2().external();
    return external == null
        ? new CacheTierStatus(
            generation,
            conditions.toList(),
            binding(Names.cacheBinding(name), Names.cacheLogin(name)),
            new Valkey(tier).host() + ":" + Valkey.PORT,
            pass.round().isActive() ? before.memory() : tier.getSpec().l2().memory().toString(),
            pass.round().entries())
        : new CacheTierStatus(
            generation,
            conditions.toList(),
            binding(null, external.secretRef().name()),
            external.endpoints().getFirst(),
            null,
            pass.round().entries());
  }

  private CacheTierBinding binding(@Nullable String name, String secret) {
    return new CacheTierBinding(
        name,
        Names.cachePolicy(tier.getMetadata().getName()),
        secret,
        CacheTierPlanner.policyHash(pass.plan()).orElse(null),
        name == null ? null : secretHash());
  }

  /** Clients get another login when the pod that takes it is there. */
  private @Nullable String secretHash() {
    Optional<String> told = Optional.ofNullable(before.binding()).map(CacheTierBinding::secretHash);
    return told.filter(hash -> pass.round().isActive())
        .or(() -> CacheSecrets.loginHash(tier, pass.observed().children()))
        .or(() -> told)
        .orElse(null);
  }

  private Health health() {
    Finding state = Finding.of(engine.reason(), engine.message());
    return new Health(
        engine.ready() ? ConditionStatus.TRUE : ConditionStatus.FALSE,
        state,
        pass.activity().or(() -> Optional.of(state).filter(found -> planned())),
        Optional.of(state).filter(found -> !engine.ready() && !planned() && wasReady()),
        Optional.empty());
  }

  private Conditions memory(Conditions conditions) {
    if (view.probe().isEmpty()) {
      return conditions.with(
          MEMORY_OK,
          ConditionStatus.UNKNOWN,
          CacheReason.NOT_KNOWN,
          "The cache has not answered the operator lately.");
    }
    OptionalInt used = view.probe().get().usedMemoryPercent();
    if (used.isEmpty()) {
      return conditions.with(
          MEMORY_OK,
          ConditionStatus.UNKNOWN,
          CacheReason.NOT_KNOWN,
          "The cache refuses INFO to its user: allow it, if the operator is to watch its memory.");
    }
    if (used.getAsInt() < NEARLY_FULL) {
      return conditions.yes(MEMORY_OK, CacheReason.ENOUGH, "");
    }
    if (tier.getSpec().l2().external() != null) {
      return conditions.yes(
          MEMORY_OK,
          CacheReason.EVICTING,
          "Memory is nearly full; its size and what is evicted are decided at the cache, which the"
              + " operator does not run.");
    }
    return tier.getSpec().l2().evictionPolicy() == EvictionPolicy.NOEVICTION
        ? conditions.no(
            MEMORY_OK,
            CacheReason.FULL,
            "Memory is nearly full and nothing may be evicted, so writes will fail: raise"
                + " spec.l2.memory, or set spec.l2.evictionPolicy to allkeys-lru.")
        : conditions.yes(
            MEMORY_OK,
            CacheReason.EVICTING,
            "Memory is full and older entries make room for new ones: raise spec.l2.memory if too"
                + " many reads miss.");
  }

  /** Not settled because of something that was asked for, not because something was lost. */
  private boolean planned() {
    boolean asked =
        !wasReady()
            || !Objects.equals(before.observedGeneration(), tier.getMetadata().getGeneration())
            || Conditions.holds(before.conditions(), RECONCILING) && before.operations().isEmpty();
    // Only an operation takes the pod away on purpose.
    boolean replaced = engine.rolling() && (engine.ready() || pass.round().isActive());
    return pass.violations().isEmpty() && !engine.settled() && (replaced || asked);
  }

  private boolean wasReady() {
    List<Condition> conditions = before.conditions();
    return Conditions.holds(conditions, READY) || Conditions.holds(conditions, DEGRADED);
  }
}
