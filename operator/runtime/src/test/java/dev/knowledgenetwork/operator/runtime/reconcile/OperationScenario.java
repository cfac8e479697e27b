package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import java.util.List;

/** An operation on a shard of three instances, how it is asked for, and what it is to do. */
enum OperationScenario {
  SWITCHOVER(
      "Switchover", annotated("switchover"), List.of("kn-s0-0 hands over to a replica"), List.of()),
  RESTART(
      "Restart",
      annotated("restart"),
      List.of("kn-s0-0 hands over to a replica"),
      List.of("kn-s0-2", "kn-s0-1", "kn-s0-0")),
  ROLL(
      "Roll",
      "{\"spec\":{\"resources\":{\"limits\":{\"memory\":\"2Gi\"}}}}",
      List.of("kn-s0-0 hands over to a replica"),
      List.of("kn-s0-2", "kn-s0-1", "kn-s0-0")),
  ROLL_THAT_IS_NOT_FIT(
      "Roll", "{\"spec\":{\"resources\":{\"limits\":{\"memory\":\"2Gi\"}}}}", List.of(), List.of()),
  SCALE_IN(
      "ScaleIn",
      "{\"spec\":{\"instances\":1}}",
      List.of("a replica hands over to kn-s0-0"),
      List.of()),
  GROW_VOLUME("GrowVolume", "{\"spec\":{\"storage\":{\"size\":\"20Gi\"}}}", List.of(), List.of());

  private final String type;
  private final String request;
  private final List<String> handOvers;
  private final List<String> replaced;

  OperationScenario(String type, String request, List<String> handOvers, List<String> replaced) {
    this.type = type;
    this.request = request;
    this.handOvers = handOvers;
    this.replaced = replaced;
  }

  private static String annotated(String name) {
    return "{\"metadata\":{\"annotations\":{\"knowledgenetwork.dev/%s\":\"s0\"}}}".formatted(name);
  }

  /** Name of the operation. */
  String type() {
    return type;
  }

  /** A merge patch that asks for it. */
  String request() {
    return request;
  }

  /** Who leads before; the spec has three instances of which the first leads first. */
  String leader() {
    return this == SCALE_IN ? "kn-s0-2" : "kn-s0-0";
  }

  /** What the throw-away instance says when it ends; empty where it ends well. */
  String trialEnd() {
    return this == ROLL_THAT_IS_NOT_FIT ? "FATAL:  could not map anonymous shared memory" : "";
  }

  /** What is to happen to the leader. */
  List<String> handOvers() {
    return handOvers;
  }

  /** Pods that are to be replaced, in that order. */
  List<String> replaced() {
    return replaced;
  }

  /** Whether all is done that was asked for, as the status tells. */
  boolean ended(ShardSet set) {
    return switch (this) {
      case SWITCHOVER, RESTART ->
          holds(set, "Ready")
              && !holds(set, "Reconciling")
              && set.getStatus().operations().stream()
                  .anyMatch(entry -> entry.phase() == OperationPhase.SUCCEEDED);
      case ROLL, SCALE_IN, GROW_VOLUME ->
          holds(set, "Ready")
              && !holds(set, "Reconciling")
              && set.getStatus().operations().isEmpty();
      case ROLL_THAT_IS_NOT_FIT -> holds(set, "Stalled") && !holds(set, "Reconciling");
    };
  }

  private static boolean holds(ShardSet set, String type) {
    return set.getStatus().conditions().stream()
        .anyMatch(
            condition ->
                condition.type().equals(type)
                    && condition.status() == ConditionStatus.TRUE
                    && set.getMetadata().getGeneration().equals(condition.observedGeneration()));
  }
}
