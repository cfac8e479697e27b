package dev.knowledgenetwork.operator.core.operation;

/** What is wanted of an operation that is under way. */
public enum Intent {
  /** That it goes on. */
  CONTINUE,
  /** That it is given up, as far as it still can be. */
  ABORT
}
