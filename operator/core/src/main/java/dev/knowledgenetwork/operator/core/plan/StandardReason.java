package dev.knowledgenetwork.operator.core.plan;

/** Reasons that all kinds have. */
public enum StandardReason implements Reason {
  ACCEPTED,
  PAUSED,
  SETTLED,
  VALID,
  WHOLE,
  UP_TO_DATE,
  OPERATOR_CHANGED,
  INVALID_SPEC,
  NAME_TAKEN,
  SECRET_MISSING,
  FIRST_ANSWERS,
  REQUEST_REFUSED,
  OPERATION_UNKNOWN,
  TRIAL_FAILED,
  PROGRESS_DEADLINE_EXCEEDED,
  INTERNAL_ERROR,
  UNREADABLE,
  IN_USE,
  DELETING,
  DELETION_BLOCKED
}
