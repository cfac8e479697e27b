package dev.knowledgenetwork.operator.core.kind;

import static dev.knowledgenetwork.operator.core.kind.ConditionType.DEGRADED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.READY;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.RECONCILING;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.STALLED;
import static dev.knowledgenetwork.operator.core.kind.ConditionType.UPDATE_AVAILABLE;
import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.plan.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The conditions that every kind has. Work that was asked for is Reconciling; only what was there
 * and is lost is Degraded; what needs a person, or has not got on within its time, is Stalled and
 * no longer Reconciling. Whatever stood in the way is said in one of them.
 */
public final class StandardConditions {

  private static final String PAUSED =
      "Nothing is changed until it is deleted: remove the annotation knowledgenetwork.dev/paused to go on.";

  /** How long things may take their course before it is asked what stands in their way. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private StandardConditions() {}

  /** Sets Ready, Reconciling, Stalled, Degraded and UpdateAvailable. */
  public static Conditions set(Conditions conditions, Pass<?> pass, Health health) {
    Optional<Finding> work = work(pass, health).map(found -> hindered(found, pass));
    Optional<Finding> stalled = stalled(pass, health, work);
    boolean goesOn = work.isPresent() && stalled.isEmpty() && !pass.isPaused();
    Finding idle = Finding.of(pass.isPaused() ? StandardReason.PAUSED : StandardReason.SETTLED, "");
    Conditions some = ready(conditions, pass, health, stalled);
    some = aspect(some, RECONCILING, goesOn ? work : Optional.empty(), idle);
    some = aspect(some, STALLED, stalled, Finding.of(StandardReason.VALID, ""));
    some =
        aspect(
            some,
            DEGRADED,
            loss(conditions, health).map(found -> hindered(found, pass)),
            Finding.of(StandardReason.WHOLE, ""));
    return aspect(some, UPDATE_AVAILABLE, update(pass), Finding.of(StandardReason.UP_TO_DATE, ""));
  }

  /** What was lost is not back before users are served again, whatever is done about it. */
  private static Optional<Finding> loss(Conditions conditions, Health health) {
    boolean lasts = health.serving() != ConditionStatus.TRUE && conditions.held(DEGRADED);
    return health.loss().or(() -> Optional.of(health.readiness()).filter(why -> lasts));
  }

  private static Optional<Finding> update(Pass<?> pass) {
    return pass.plan().problems().stream()
        .filter(Problem.UpdateAvailable.class::isInstance)
        .map(problem -> new Finding(problem.reason(), problem.message()))
        .findFirst();
  }

  /** Whether a status says that its object does not get on in time. */
  public static boolean isOverdue(List<Condition> conditions) {
    return Conditions.find(conditions, STALLED)
        .filter(c -> c.reason().equals(StandardReason.PROGRESS_DEADLINE_EXCEEDED.text()))
        .isPresent();
  }

  private static Conditions aspect(
      Conditions conditions, ConditionType type, Optional<Finding> found, Finding otherwise) {
    Finding said = found.orElse(otherwise);
    return conditions.with(
        type,
        found.isPresent() ? ConditionStatus.TRUE : ConditionStatus.FALSE,
        said.reason(),
        said.message());
  }

  /**
   * Since when an object has not been whole, by its own status: something goes on, was lost, or is
   * overdue. Empty while nothing of that is so.
   */
  public static Optional<Instant> unsettledSince(List<Condition> conditions) {
    return Stream.concat(
            Stream.of(RECONCILING, DEGRADED),
            isOverdue(conditions) ? Stream.of(STALLED) : Stream.of())
        .flatMap(type -> Conditions.find(conditions, type).stream())
        .filter(condition -> condition.status() == ConditionStatus.TRUE)
        .map(condition -> Instant.parse(condition.lastTransitionTime()))
        .min(Instant::compareTo);
  }

  /** Who looks at one line sees whether users are served, and that a change is not in force. */
  private static Conditions ready(
      Conditions conditions, Pass<?> pass, Health health, Optional<Finding> stalled) {
    Finding why = health.readiness();
    if (pass.isPaused()) {
      why = Finding.of(StandardReason.PAUSED, PAUSED);
    } else if (health.serving() != ConditionStatus.TRUE) {
      // What is lost is not lost because of a spec that is not in force.
      boolean own = pass.violations().isEmpty() || health.loss().isPresent();
      why = own ? hindered(why, pass) : stalled.orElse(why);
    } else if (stalled.isPresent()) {
      why = new Finding(stalled.get().reason(), why.message() + " But: " + stalled.get().message());
    }
    return conditions.with(READY, health.serving(), why.reason(), why.message());
  }

  private static Finding hindered(Finding found, Pass<?> pass) {
    return new Finding(
        found.reason(), found.message() + obstacles(pass).map(text -> " " + text).orElse(""));
  }

  /** What the kind itself sees to be done, and what stood in the way of doing it. */
  private static Optional<Finding> work(Pass<?> pass, Health health) {
    List<Problem> obstacles =
        pass.plan().problems().stream().filter(StandardConditions::hinders).toList();
    if (obstacles.isEmpty()) {
      return health.work();
    }
    String text =
        Stream.concat(
                health.work().map(Finding::message).stream(),
                obstacles.stream().map(Problem::message))
            .distinct()
            .collect(joining(" "));
    return Optional.of(
        new Finding(
            health.work().map(Finding::reason).orElse(obstacles.getFirst().reason()), text));
  }

  private static boolean hinders(Problem problem) {
    return problem instanceof Problem.WaitingFor
        || problem instanceof Problem.Failed
        || problem instanceof Problem.Transient;
  }

  private static Optional<Finding> stalled(Pass<?> pass, Health health, Optional<Finding> work) {
    Optional<Finding> invalidity = pass.invalidity();
    if (invalidity.isPresent()) {
      return invalidity;
    }
    List<Problem> personal =
        pass.plan().problems().stream().filter(Problem.Stuck.class::isInstance).toList();
    if (!personal.isEmpty()) {
      return Optional.of(
          new Finding(
              personal.getFirst().reason(),
              personal.stream().map(Problem::message).collect(joining(" "))));
    }
    return health
        .stuck()
        .or(
            () ->
                work.filter(undone -> pass.overdue() && !pass.isPaused())
                    .map(
                        undone ->
                            Finding.of(
                                StandardReason.PROGRESS_DEADLINE_EXCEEDED,
                                "It does not get on. " + undone.message())));
  }

  private static Optional<String> obstacles(Pass<?> pass) {
    return pass.observed()
        .facts()
        .of(Obstacles.FACT, Target.of(pass.primary()))
        .map(Obstacles::messages)
        .filter(messages -> !messages.isEmpty())
        .map(messages -> String.join("; ", messages) + ".");
  }
}
