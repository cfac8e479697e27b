package dev.knowledgenetwork.kernel;

/** A change was on its way when the connection broke: it was made, or it was not. */
public final class OutcomeUnknownException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Leaves it to the caller to find out.
   *
   * @param message for the log; names no address, user or statement
   */
  public OutcomeUnknownException(String message) {
    super(message);
  }
}
