package dev.knowledgenetwork.operator.runtime.report;

/**
 * Something that happened to an object and that a person would want to see.
 *
 * @param warning whether somebody may have to act
 * @param reason a CamelCase word
 * @param note one or two sentences
 */
public record Transition(boolean warning, String reason, String note) {

  static Transition normal(String reason, String note) {
    return new Transition(false, reason, note);
  }

  static Transition warning(String reason, String note) {
    return new Transition(true, reason, note);
  }
}
