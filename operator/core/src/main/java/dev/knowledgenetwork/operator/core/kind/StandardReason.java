package dev.knowledgenetwork.operator.core.kind;

/** Reasons that all kinds have. */
public enum StandardReason implements Reason {
  ACCEPTED,
  PAUSED,
  SETTLED,
  VALID,
  WHOLE,
  DELETING,
  INTERNAL_ERROR,
  PROGRESS_DEADLINE_EXCEEDED,
  UP_TO_DATE
}
