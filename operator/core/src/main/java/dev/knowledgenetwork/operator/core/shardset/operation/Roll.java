package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.operation.Beginning;
import dev.knowledgenetwork.operator.core.operation.Claim;
import dev.knowledgenetwork.operator.core.operation.Hold;
import dev.knowledgenetwork.operator.core.operation.Intent;
import dev.knowledgenetwork.operator.core.operation.Operation;
import dev.knowledgenetwork.operator.core.operation.Rank;
import dev.knowledgenetwork.operator.core.operation.Step;
import dev.knowledgenetwork.operator.core.operation.Turn;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardRecipe;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PostgresParameters;
import dev.knowledgenetwork.operator.core.trial.Trial;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Revision;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a new recipe to the instances of a shard. First it is tried in a throw-away instance,
 * while the shard keeps what it has; then it is applied, and the instances are replaced one at a
 * time. In a namespace one shard of one ShardSet is rolled at a time. Instances whose account was
 * deleted and made again are replaced likewise, by what they are made of already.
 */
public final class Roll implements Operation<Shard> {

  private static final String QUEUE = "Queue";
  private static final String TRY = "Try";
  private static final String TRIED = "Tried";
  private static final String REPLACE = "Replace";
  private static final String YIELD = "Yield";

  @Override
  public String type() {
    return "Roll";
  }

  @Override
  public Rank rank() {
    return Rank.ROLL;
  }

  @Override
  public Set<String> steps() {
    return Set.of(QUEUE, TRY, TRIED, REPLACE, YIELD);
  }

  @Override
  public Optional<Beginning> begin(Shard shard) {
    Optional<Recipe> applied = shard.applied();
    if (applied.isEmpty()) {
      return Optional.empty();
    }
    Recipe due = shard.update().recipe();
    if (!due.id().equals(applied.get().id())) {
      return Optional.of(Beginning.unasked(Step.of(QUEUE)));
    }
    return shard.pods().stream().anyMatch(pod -> isOutdated(shard, pod))
        ? Optional.of(Beginning.unasked(Trial.step(REPLACE, due)))
        : Optional.empty();
  }

  @Override
  public Set<Claim> claims(Target target, Step step) {
    // One shard is tried at a time, for the same change fails in all; nobody else waits for that.
    return switch (step.name()) {
      case QUEUE, TRY -> Set.of(Claim.exclusive(target.part("trial")));
      case YIELD -> Set.of();
      default -> Set.of(Claim.exclusive(target), turnIn(target));
    };
  }

  /** Only one shard of a namespace has its instances replaced at a time. */
  static Claim turnIn(Target shard) {
    return Claim.exclusive(new Target(shard.kind(), shard.namespace(), "", "roll"));
  }

  @Override
  public boolean disturbs(Step step) {
    return step.name().equals(REPLACE) || step.name().equals(YIELD);
  }

  /**
   * Whether instances are yet to get another recipe. It may be the one that lets them start, so
   * whoever waits until they serve lets it go first.
   */
  static boolean isDue(Shard shard) {
    return shard
            .applied()
            .filter(last -> !last.id().equals(shard.update().recipe().id()))
            .isPresent()
        || shard.pods().stream().anyMatch(pod -> isOutdated(shard, pod));
  }

  @Override
  public Turn next(Shard shard, Step step, Intent intent) {
    Recipe due = shard.update().recipe();
    Optional<Recipe> applied = shard.applied();
    if (applied.isEmpty()) {
      return Turn.succeeded(step, "There is nothing to be rolled.");
    }
    return switch (step.name()) {
      case QUEUE -> queued(shard, step, due, applied.get());
      case TRY -> tried(shard, step, due, applied.get());
      case TRIED -> accepted(shard, step, due, applied.get());
      case YIELD -> yielded(shard, step, due, applied.get());
      default -> replaced(shard, step, due, applied.get());
    };
  }

  /** Nothing is made for it before its turn. */
  private static Turn queued(Shard shard, Step step, Recipe due, Recipe applied) {
    return takenBack(shard, step, due, applied)
        .orElseGet(
            () ->
                (isUnborn(shard)
                        ? Turn.at(Trial.step(TRIED, due), "There is nothing that it could harm.")
                        : Turn.at(Step.of(TRY), "The change is about to be tried."))
                    .holding(held(shard, applied)));
  }

  /** Whether it has neither instances nor volumes yet: the change may be what lets it begin. */
  private static boolean isUnborn(Shard shard) {
    return shard.pods().isEmpty() && shard.volumes().claims().isEmpty();
  }

  private static Optional<Turn> takenBack(Shard shard, Step step, Recipe due, Recipe applied) {
    if (!due.id().equals(applied.id())) {
      return Optional.empty();
    }
    return Optional.of(
        shard.pods().stream().anyMatch(pod -> isOutdated(shard, pod))
            ? Turn.at(Trial.step(REPLACE, due), "The instances get what was applied.")
            : Turn.withdrawn(step, "The change was taken back."));
  }

  private static Turn tried(Shard shard, Step step, Recipe due, Recipe applied) {
    return takenBack(shard, step, due, applied)
        .orElseGet(
            () ->
                ShardRecipe.trial(shard.blueprint(), shard.name(), due, applied)
                    .next(step, Trial.step(TRIED, due), shard.observed().children()));
  }

  /** While it waits for its turn, the shard keeps what it has, whatever restarts there. */
  private static Turn accepted(Shard shard, Step step, Recipe due, Recipe applied) {
    return Trial.isOf(step, due)
        ? Turn.at(
                Trial.step(REPLACE, due),
                "The change is being applied to %s.".formatted(shard.name()))
            .holding(held(shard, applied))
        : again(shard, applied);
  }

  /** Changed again: what is tried and applied counts, the rest begins anew. */
  private static Turn again(Shard shard, Recipe applied) {
    return Turn.at(Step.of(QUEUE), "The spec changed again.").holding(held(shard, applied));
  }

  private static Turn replaced(Shard shard, Step step, Recipe due, Recipe applied) {
    if (!Trial.isOf(step, due)) {
      return again(shard, applied);
    }
    if (!due.id().equals(applied.id())) {
      return Turn.at(step, "The change is being applied to %s.".formatted(shard.name()));
    }
    if (shard.live().filter(Revision::isSeen).isEmpty()) {
      return Turn.at(step, "Kubernetes takes note of the change.");
    }
    if (ScaleIn.mayGo(shard)) {
      return yields(shard, due);
    }
    if (!hasSettings(shard)) {
      return Turn.at(step, "Patroni takes over the settings of %s.".formatted(shard.name()));
    }
    return Replacement.next(shard, pod -> isOutdated(shard, pod), step);
  }

  /** Whoever waits until instances serve, in a step that claims nothing. */
  static Turn awaited(Shard shard, Step step) {
    return Turn.at(
        step,
        "Waits for the change of %s that is to be rolled: instances may need it to start."
            .formatted(shard.name()));
  }

  /** Of many instances one may be away, of one none: so first there are as many as are to be. */
  private static Turn yields(Shard shard, Recipe due) {
    return Turn.at(
        Trial.step(YIELD, due),
        "Waits until %s has no more instances than it is to have.".formatted(shard.name()));
  }

  private static Turn yielded(Shard shard, Step step, Recipe due, Recipe applied) {
    if (!Trial.isOf(step, due)) {
      return again(shard, applied);
    }
    return ScaleIn.mayGo(shard)
        ? yields(shard, due)
        : Turn.at(
            Trial.step(REPLACE, due),
            "The instances of %s get the change.".formatted(shard.name()));
  }

  private static Hold<Recipe> held(Shard shard, Recipe applied) {
    return Trial.held(shard.target(), applied);
  }

  /**
   * What a restart is to bring into force must be there before the restart. Where an update is
   * held, what is there is what was applied.
   */
  private static boolean hasSettings(Shard shard) {
    if (shard.update().isHeld()) {
      return true;
    }
    Optional<PatroniView> view = shard.patroni();
    if (view.isEmpty() || view.get().config().isEmpty()) {
      // Nothing answers: what is down can only gain by being replaced.
      return shard.pods().stream().allMatch(pod -> !Readiness.isReady(pod) || shard.isRevoked(pod));
    }
    Map<String, String> present =
        PostgresParameters.needingRestart(PatroniDrift.parameters(view.get().config()));
    Map<String, String> wanted =
        PostgresParameters.needingRestart(
            PatroniDrift.parameters(
                PatroniConfiguration.dynamic(
                    shard.blueprint().spec(), shard.blueprint().spec().instances())));
    return present.equals(wanted);
  }

  /** Of another template than the newest, or with a token that is void: both end with the pod. */
  private static boolean isOutdated(Shard shard, Pod pod) {
    Optional<String> newest = shard.live().flatMap(Revision::newest);
    return newest.isPresent()
            && Revision.of(pod).filter(revision -> !revision.equals(newest.get())).isPresent()
        || shard.isRevoked(pod);
  }
}
