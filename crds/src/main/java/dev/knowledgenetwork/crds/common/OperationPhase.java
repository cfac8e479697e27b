package dev.knowledgenetwork.crds.common;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether an operation goes on. */
public enum OperationPhase {
  /** It is due, and something else must end first: the message says what. */
  @JsonProperty("Waiting")
  WAITING,
  /** It goes on. */
  @JsonProperty("Running")
  RUNNING,
  /** It has done what was asked for. */
  @JsonProperty("Succeeded")
  SUCCEEDED,
  /** It could not be done: the message says why, and what to do. */
  @JsonProperty("Failed")
  FAILED,
  /** It was given up, for it is no longer asked for: the message says what came of it. */
  @JsonProperty("Withdrawn")
  WITHDRAWN;

  /** Whether nothing more is done for it. */
  public boolean isOver() {
    return this == SUCCEEDED || this == FAILED || this == WITHDRAWN;
  }
}
