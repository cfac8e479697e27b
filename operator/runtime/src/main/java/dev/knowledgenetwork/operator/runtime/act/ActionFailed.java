package dev.knowledgenetwork.operator.runtime.act;

/** An action could not be done. Carries words for a person; its cause is for the debug log only. */
final class ActionFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  ActionFailed(String reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** A CamelCase word, as in a condition. */
  String reason() {
    return reason;
  }
}
