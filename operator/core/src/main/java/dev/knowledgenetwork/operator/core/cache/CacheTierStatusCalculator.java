package dev.knowledgenetwork.operator.core.cache;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.DEGRADED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.MEMORY_OK;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.RECONCILING;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.STALLED;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierBinding;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.crds.cachetier.ExternalCache;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.cache.engine.CacheReason;
import dev.knowledgenetwork.operator.core.cache.engine.Engine;
import dev.knowledgenetwork.operator.core.cache.engine.Valkey;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The status of a CacheTier, computed anew each time; equal while nothing changes. Work that was
 * asked for is Reconciling; only what was lost is Degraded; only what needs a person is Stalled.
 */
public final class CacheTierStatusCalculator {

  private static final int NEARLY_FULL = 90;

  private final CacheTier tier;
  private final CacheTierObserved observed;
  private final Plan plan;
  private final CacheTierStatus before;
  private final Engine engine;

  private CacheTierStatusCalculator(CacheTier tier, CacheTierObserved observed, Plan plan) {
    this.tier = tier;
    this.observed = observed;
    this.plan = plan;
    this.before = Optional.ofNullable(tier.getStatus()).orElseGet(CacheTierStatus::empty);
    this.engine = Engine.of(tier, observed, plan);
  }

  /** The status after a plan; the one before is read from the tier. */
  public static CacheTierStatus calculate(
      CacheTier tier, CacheTierObserved observed, Plan plan, Instant now) {
    return new CacheTierStatusCalculator(tier, observed, plan).status(now);
  }

  private CacheTierStatus status(Instant now) {
    Long generation = tier.getMetadata().getGeneration();
    Conditions conditions = Conditions.after(before.conditions(), generation, now);
    conditions = ready(conditions);
    conditions = reconciling(conditions);
    conditions = stalled(conditions);
    conditions = degraded(conditions);
    conditions = memory(conditions);
    if (paused() || !plan.problems().isEmpty()) {
      // What runs goes on, and so does what clients mount: they must not be rolled onto a policy
      // that is not applied, nor be given a Secret that must not be used.
      return new CacheTierStatus(
          generation, conditions.toList(), before.binding(), before.endpoint(), before.memory());
    }
    String name = tier.getMetadata().getName();
    ExternalCache external = tier.getSpec().l2().external();
    return external == null
        ? new CacheTierStatus(
            generation,
            conditions.toList(),
            binding(Names.cacheLogin(name)),
            new Valkey(tier).host() + ":" + Valkey.PORT,
            tier.getSpec().l2().memory().toString())
        : new CacheTierStatus(
            generation,
            conditions.toList(),
            binding(external.secretRef().name()),
            external.endpoints().getFirst(),
            null);
  }

  private CacheTierBinding binding(String secret) {
    return new CacheTierBinding(
        Names.cachePolicy(tier.getMetadata().getName()),
        secret,
        CacheTierPlanner.policyHash(plan).orElse(null));
  }

  private Conditions ready(Conditions conditions) {
    ConditionStatus status = engine.ready() ? ConditionStatus.TRUE : ConditionStatus.FALSE;
    if (paused()) {
      return conditions.with(
          READY,
          status,
          CacheReason.PAUSED,
          "Nothing is changed: remove the annotation knowledgenetwork.dev/paused to go on.");
    }
    return conditions.with(READY, status, engine.reason(), engine.message());
  }

  private Conditions reconciling(Conditions conditions) {
    if (paused()) {
      return conditions.no(RECONCILING, CacheReason.PAUSED, "");
    }
    return planned()
        ? conditions.yes(RECONCILING, engine.reason(), engine.message())
        : conditions.no(RECONCILING, CacheReason.SETTLED, "");
  }

  private Conditions stalled(Conditions conditions) {
    List<Problem.InvalidSpec> violations = violations();
    return violations.isEmpty()
        ? conditions.no(STALLED, CacheReason.VALID, "")
        : conditions.with(
            STALLED,
            ConditionStatus.TRUE,
            violations.getFirst().reason(),
            violations.stream().map(Problem.InvalidSpec::text).collect(Collectors.joining("; ")));
  }

  private Conditions degraded(Conditions conditions) {
    return !engine.ready() && !planned() && wasReady()
        ? conditions.yes(DEGRADED, engine.reason(), engine.message())
        : conditions.no(DEGRADED, CacheReason.WHOLE, "");
  }

  private Conditions memory(Conditions conditions) {
    if (observed.probe().isEmpty()) {
      return conditions.with(
          MEMORY_OK,
          ConditionStatus.UNKNOWN,
          CacheReason.NOT_KNOWN,
          "The cache has not answered the operator lately.");
    }
    OptionalInt used = observed.probe().get().usedMemoryPercent();
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
            || Conditions.holds(before.conditions(), RECONCILING);
    return violations().isEmpty() && !engine.settled() && (engine.rolling() || asked);
  }

  private boolean wasReady() {
    List<Condition> conditions = before.conditions();
    return Conditions.holds(conditions, READY) || Conditions.holds(conditions, DEGRADED);
  }

  private List<Problem.InvalidSpec> violations() {
    return plan.problems().stream()
        .filter(Problem.InvalidSpec.class::isInstance)
        .map(Problem.InvalidSpec.class::cast)
        .toList();
  }

  private boolean paused() {
    @Nullable Map<String, String> annotations = tier.getMetadata().getAnnotations();
    return annotations != null && "true".equals(annotations.get(Annotations.PAUSED));
  }
}
