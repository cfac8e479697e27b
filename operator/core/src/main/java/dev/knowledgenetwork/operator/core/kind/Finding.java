package dev.knowledgenetwork.operator.core.kind;

/**
 * What was found of an object, as a condition says it.
 *
 * @param reason one CamelCase word
 * @param message for a person: what is, in the words of whoever refused, and what to do next
 */
public record Finding(String reason, String message) {

  /** With the reason of an enum. */
  public static Finding of(Reason reason, String message) {
    return new Finding(reason.text(), message);
  }
}
