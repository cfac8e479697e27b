package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operation wants in one pass.
 *
 * @param phase running, or how it ended
 * @param step where it is from now on; the status with it is accepted before anything else happens
 * @param message for a person: what goes on, or what came of it and what to do next
 * @param holds what templates keep meanwhile
 * @param extra objects of its own, applied with the others and pruned when they are no longer named
 * @param actions work outside the Kubernetes API
 * @param problems what stands in its way
 */
public record Turn(
    OperationPhase phase,
    Step step,
    String message,
    List<Hold<?>> holds,
    List<HasMetadata> extra,
    List<Action> actions,
    List<Problem> problems) {

  /** Copies the lists. */
  public Turn {
    holds = List.copyOf(holds);
    extra = List.copyOf(extra);
    actions = List.copyOf(actions);
    problems = List.copyOf(problems);
  }

  /** It goes on: in the same step, or in another one. */
  public static Turn at(Step step, String message) {
    return ended(OperationPhase.RUNNING, step, message);
  }

  /** It has done what was asked for. */
  public static Turn succeeded(Step step, String message) {
    return ended(OperationPhase.SUCCEEDED, step, message);
  }

  /** It cannot be done. */
  public static Turn failed(Step step, String message) {
    return ended(OperationPhase.FAILED, step, message);
  }

  /** It is given up, for nobody asks for it any more. */
  public static Turn withdrawn(Step step, String message) {
    return ended(OperationPhase.WITHDRAWN, step, message);
  }

  /** What remains of it while it may not go on with that step: only what it keeps and has made. */
  Turn queued(Step at) {
    return new Turn(OperationPhase.WAITING, at, message, holds, extra, List.of(), List.of());
  }

  private static Turn ended(OperationPhase phase, Step step, String message) {
    return new Turn(phase, step, message, List.of(), List.of(), List.of(), List.of());
  }

  /** Keeping one thing more as it is. */
  public Turn holding(Hold<?> hold) {
    return new Turn(phase, step, message, added(holds, hold), extra, actions, problems);
  }

  /** With one object more. */
  public Turn with(HasMetadata object) {
    return new Turn(phase, step, message, holds, added(extra, object), actions, problems);
  }

  /** With one action more. */
  public Turn doing(Action action) {
    return new Turn(phase, step, message, holds, extra, added(actions, action), problems);
  }

  /** With one obstacle more. */
  public Turn meeting(Problem problem) {
    return new Turn(phase, step, message, holds, extra, actions, added(problems, problem));
  }

  private static <T> List<T> added(List<? extends T> list, T item) {
    List<T> more = new ArrayList<>(list);
    more.add(item);
    return more;
  }
}
