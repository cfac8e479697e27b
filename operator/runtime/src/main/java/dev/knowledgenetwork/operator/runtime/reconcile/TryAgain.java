package dev.knowledgenetwork.operator.runtime.reconcile;

/** Asks the framework to try again, later each time. No stack trace: it is not an error of ours. */
final class TryAgain extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TryAgain(String reason) {
    super(reason, null, false, false);
  }
}
