package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.plan.Reason;

/**
 * Something that happened to an object and that a person would want to see.
 *
 * @param warning whether somebody may have to act
 * @param reason a CamelCase word
 * @param note one or two sentences
 */
public record Transition(boolean warning, String reason, String note) {

  static Transition normal(Reason reason, String note) {
    return new Transition(false, reason.text(), note);
  }

  static Transition warning(Reason reason, String note) {
    return new Transition(true, reason.text(), note);
  }

  /** What a condition has come to say. */
  static Transition warning(Condition condition) {
    return new Transition(true, condition.reason(), condition.message());
  }
}
