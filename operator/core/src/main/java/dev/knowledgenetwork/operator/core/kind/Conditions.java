package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.plan.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one status, immutable. A condition that keeps its status keeps its transition
 * time, so computing the same state again gives an equal list. Conditions of the previous status
 * that are not set again are dropped.
 */
public final class Conditions {

  private static final int LONGEST_MESSAGE = 1024;

  private final List<Condition> previous;
  private final @Nullable Long generation;
  private final Instant now;
  private final Map<ConditionType, Condition> current;

  private Conditions(
      List<Condition> previous,
      @Nullable Long generation,
      Instant now,
      Map<ConditionType, Condition> current) {
    this.previous = previous;
    this.generation = generation;
    this.now = now;
    this.current = current;
  }

  /**
   * No condition yet.
   *
   * @param previous of the status before
   * @param generation of the spec that the new ones describe
   */
  public static Conditions after(List<Condition> previous, @Nullable Long generation, Instant now) {
    return new Conditions(
        List.copyOf(previous),
        generation,
        now.truncatedTo(ChronoUnit.SECONDS),
        new EnumMap<>(ConditionType.class));
  }

  /** All conditions of the status before, of which some are to be replaced. */
  public static Conditions revising(
      List<Condition> previous, @Nullable Long generation, Instant now) {
    Map<ConditionType, Condition> kept = new EnumMap<>(ConditionType.class);
    for (ConditionType type : ConditionType.values()) {
      find(previous, type).ifPresent(condition -> kept.put(type, condition));
    }
    return new Conditions(
        List.copyOf(previous), generation, now.truncatedTo(ChronoUnit.SECONDS), kept);
  }

  /** With a condition of that type, in place of an earlier one. */
  public Conditions with(
      ConditionType type, ConditionStatus status, Reason reason, String message) {
    Map<ConditionType, Condition> more = new EnumMap<>(ConditionType.class);
    more.putAll(current);
    more.put(
        type,
        new Condition(
            type.text(),
            status,
            reason.text(),
            shortened(message),
            since(type, status),
            generation));
    return new Conditions(previous, generation, now, more);
  }

  /** True. */
  public Conditions yes(ConditionType type, Reason reason, String message) {
    return with(type, ConditionStatus.TRUE, reason, message);
  }

  /** False. */
  public Conditions no(ConditionType type, Reason reason, String message) {
    return with(type, ConditionStatus.FALSE, reason, message);
  }

  /** Whether the status before had the condition with status True. */
  public boolean held(ConditionType type) {
    return holds(previous, type);
  }

  /** In a fixed order, whatever the order in which they were set. */
  public List<Condition> toList() {
    return List.copyOf(current.values());
  }

  /** The condition of that type in a status, where it has one. */
  public static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
    return conditions.stream().filter(c -> c.type().equals(type.text())).findFirst();
  }

  /** Whether a status has the condition with status True. */
  public static boolean holds(List<Condition> conditions, ConditionType type) {
    return find(conditions, type).filter(c -> c.status() == ConditionStatus.TRUE).isPresent();
  }

  private String since(ConditionType type, ConditionStatus status) {
    return find(previous, type)
        .filter(before -> before.status() == status)
        .map(Condition::lastTransitionTime)
        .orElseGet(now::toString);
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }
}
