package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.plan.Reason;

/**
 * What is told of an operation: its type in conditions, and what became of it in Events, as in
 * RollStarted.
 *
 * @param type of the operation: {@code Roll}
 */
public record OperationReason(String type, Stage stage) implements Reason {

  /** How far an operation is. */
  public enum Stage {
    UNDER_WAY(""),
    STARTED("Started"),
    CONTINUED("Continued"),
    SUCCEEDED("Succeeded"),
    WITHDRAWN("Withdrawn"),
    FAILED("Failed");

    private final String suffix;

    Stage(String suffix) {
      this.suffix = suffix;
    }

    /** What follows the type; nothing while it goes on. */
    public String suffix() {
      return suffix;
    }
  }

  @Override
  public String name() {
    return type + stage.suffix();
  }

  @Override
  public String text() {
    return name();
  }
}
