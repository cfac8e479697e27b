package dev.knowledgenetwork.kernel;

import java.time.Duration;

/** What is stored cannot be reached now; nothing was changed. Worth trying again later. */
public class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  /**
   * Tells the caller to come back.
   *
   * @param message for the log; names no address, user or statement
   * @param retryAfter when it makes sense to try again
   * @param cause what happened
   */
  public UnavailableException(String message, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /**
   * Tells the caller to come back, where nothing was tried. It carries no stack trace, because many
   * may be thrown in a moment when there is no time for them.
   */
  public UnavailableException(String message, Duration retryAfter) {
    super(message, null, false, false);
    this.retryAfter = retryAfter;
  }

  /** When it makes sense to try again. */
  public final Duration retryAfter() {
    return retryAfter;
  }
}
