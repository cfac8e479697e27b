package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.core.workload.Line;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An action could not be done. Carries words for a person; its cause is for the debug log only. */
public final class ActionFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  ActionFailed(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
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

  /** As a condition carries it. */
  Reason reason() {
    return reason;
  }
}
