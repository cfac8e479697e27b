package dev.knowledgenetwork.operator.core.operation;

/** Who goes first where two operations want the same; the first constant before all others. */
public enum Rank {
  FAILOVER,
  RESTORE,
  CUT_OVER,
  SWITCHOVER,
  ROLL,
  SCALE_IN,
  OTHER
}
