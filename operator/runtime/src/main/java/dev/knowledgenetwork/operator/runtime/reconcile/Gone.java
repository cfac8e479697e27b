package dev.knowledgenetwork.operator.runtime.reconcile;

/**
 * The object was deleted while it was reconciled. The framework may never tell: it takes what comes
 * between our reading and our writing for our own doing. No stack trace: it is no error.
 */
final class Gone extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Gone() {
    super("the object is gone", null, false, false);
  }
}
