package dev.knowledgenetwork.operator.runtime.reconcile;

/** How often an object is reconciled, the same for every kind. */
final class Pace {

  /** No object may occupy the workers: this many passes a second, then others come first. */
  static final int PASSES_A_SECOND = 10;

  /** An object is given up only when it is deleted. */
  static final int RETRY_FOREVER = -1;

  /** Pause after the first failure; each further one is half as long again. */
  static final long FIRST_RETRY_MILLIS = 1_000;

  /** The longest pause between two tries. */
  static final long LAST_RETRY_MILLIS = 60_000;

  private Pace() {}
}
