package dev.knowledgenetwork.kernel;

import java.time.Duration;

/** A tenant has as many operations under way as it may, so that others find room beside it. */
public final class TenantBusyException extends UnavailableException {
  private static final long serialVersionUID = 1L;

  /**
   * Tells the caller to come back.
   *
   * @param message for the log; names no tenant
   * @param retryAfter when it makes sense to try again
   */
  public TenantBusyException(String message, Duration retryAfter) {
    super(message, retryAfter);
  }
}
