package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.core.workload.Line;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An action could not be done. Carries words for a person; its cause is for the debug log only. */
public final class ActionFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ActionFailed(Reason reason, String message, @Nullable Throwable cause) {
    this(new Problem.Failed(reason, message), cause);
  }

  private ActionFailed(Problem problem, @Nullable Throwable cause) {
    super(problem.message(), cause);
    this.problem = problem;
  }

  /**
   * Only a person can get it on. It is tried again all the same, for nobody tells when they did.
   */
  static ActionFailed stuck(Reason reason, String message, @Nullable Throwable cause) {
    return new ActionFailed(new Problem.Stuck(reason, message), cause);
  }

  /** A server refused or was silent: what it said, and that it is tried again. */
  static ActionFailed of(Reason reason, String what, IOException refusal) {
    return new ActionFailed(
        reason, what + ": " + Line.of(refusal.getMessage()) + ". It is tried again.", refusal);
  }

  /** The operator is stopping; whoever leads next does it again. */
  static ActionFailed interrupted(InterruptedException stop) {
    Thread.currentThread().interrupt();
    return new ActionFailed(ActionReason.INTERRUPTED, "The operator is stopping.", stop);
  }

  /** What it means for the object. */
  Problem problem() {
    return problem;
  }
}
