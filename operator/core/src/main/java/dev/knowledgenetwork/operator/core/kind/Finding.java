package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.plan.Reason;

/**
 * What was found of an object, as a condition says it.
 *
 * @param message for a person: what is, in the words of whoever refused, and what to do next
 */
public record Finding(Reason reason, String message) {

  /** The two together. */
  public static Finding of(Reason reason, String message) {
    return new Finding(reason, message);
  }
}
