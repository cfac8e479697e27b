package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.plan.Target;

/** That a target is worked on, alone or beside others who also share it. */
public record Claim(Target target, Mode mode) {

  /** How a target is claimed. */
  public enum Mode {
    SHARED,
    EXCLUSIVE
  }

  /** Nobody else may work on it. */
  public static Claim exclusive(Target target) {
    return new Claim(target, Mode.EXCLUSIVE);
  }

  /** Others may work on it who share it too. */
  public static Claim shared(Target target) {
    return new Claim(target, Mode.SHARED);
  }

  /** Whether both cannot hold at the same time. */
  public boolean excludes(Claim other) {
    return target.overlaps(other.target)
        && (mode == Mode.EXCLUSIVE || other.mode == Mode.EXCLUSIVE);
  }
}
