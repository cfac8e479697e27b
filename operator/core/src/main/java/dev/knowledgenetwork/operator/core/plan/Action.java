package dev.knowledgenetwork.operator.core.plan;

import java.util.Set;

/**
 * Work outside the desired objects. Every action is idempotent, has a precondition that whoever
 * does it checks, and ends within 30 seconds; what takes longer is a Job, or runs in a database,
 * and is observed. Its result is not returned: it is observed on the next pass. A new action is a
 * record here and a handler in the runtime.
 */
public interface Action {

  /** What it works on; at most one action runs for a target at a time. */
  Target target();

  /**
   * Objects that must stand as planned: in a pass that had to write one of them it is not started,
   * because what it was decided on is not what is there now.
   */
  default Set<Reference> restsOn() {
    return Set.of();
  }

  /** With whom it shares threads. */
  default Lane lane() {
    return Lane.NORMAL;
  }

  /** Actions of one lane never wait for those of another. */
  enum Lane {
    /** Users wait for it. */
    URGENT,
    NORMAL
  }
}
