package dev.knowledgenetwork.operator.core.kind;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the conditions of an object say while it is deleted: what it waits for; who holds that, once
 * it takes longer than it does when all goes well; and, past the deadline, that it is stalled.
 */
public final class DeletionConditions {

  /** As long as any other work may take. */
  private static final Duration ALLOWED = Duration.ofMinutes(10);

  private static final int MOST = 5;
  private static final String DELETING = "It is being deleted. ";

  private final CustomResource<?, ? extends Conditioned> object;
  private final Removal step;
  private final Instant now;
  private final List<LateDeletion> late;

  private DeletionConditions(
      CustomResource<?, ? extends Conditioned> object, Removal step, Instant now) {
    this.object = object;
    this.step = step;
    this.now = now;
    this.late = LateDeletion.of(step, begun(), now);
  }

  /** Of an object that is being deleted, at that step of taking it down. */
  public static DeletionConditions of(
      CustomResource<?, ? extends Conditioned> object, Removal step, Instant now) {
    return new DeletionConditions(object, step, now);
  }

  /** Whether something should have been gone. */
  public boolean isLate() {
    return !late.isEmpty();
  }

  /** The claims that should have been gone: whoever mounts them is to be named. */
  public Set<String> claims() {
    return late.stream().flatMap(each -> each.claim().stream()).collect(Collectors.toSet());
  }

  /**
   * The conditions of its status.
   *
   * @param mounting pods by the claims that they mount
   * @param refusals what the API server refused of the step
   */
  public List<Condition> toList(Map<String, List<String>> mounting, List<Problem> refusals) {
    boolean blocked = isLate() || !refusals.isEmpty();
    boolean stalled = late.stream().anyMatch(each -> each.isLaterThan(ALLOWED, now));
    StandardReason reason = blocked ? StandardReason.DELETION_BLOCKED : StandardReason.DELETING;
    String message = message(mounting, refusals);
    Conditions conditions =
        Conditions.revising(before(), object.getMetadata().getGeneration(), now)
            .no(ConditionType.READY, reason, DELETING + message);
    return (stalled
            ? conditions
                .no(ConditionType.RECONCILING, StandardReason.DELETING, "")
                .yes(ConditionType.STALLED, reason, message)
            : conditions
                .yes(ConditionType.RECONCILING, reason, message)
                .no(ConditionType.STALLED, StandardReason.DELETING, ""))
        .toList();
  }

  private String message(Map<String, List<String>> mounting, List<Problem> refusals) {
    return Stream.of(
            Stream.of(step.message()),
            refusals.stream().map(Problem::message),
            late.stream()
                .limit(MOST)
                .map(
                    each ->
                        each.told(
                            object,
                            each.claim().map(c -> mounting(mounting, c)).orElse(List.of()))),
            Stream.of("%d more are late.".formatted(late.size() - MOST))
                .filter(more -> late.size() > MOST))
        .flatMap(sentences -> sentences)
        .collect(joining(" "));
  }

  private List<Condition> before() {
    Conditioned status = object.getStatus();
    return status == null ? List.of() : status.conditions();
  }

  /**
   * When it began to be taken down, and was Ready no longer: it may have been in use for long after
   * it was deleted, or no operator ran.
   */
  private Instant begun() {
    Instant deleted = Instant.parse(object.getMetadata().getDeletionTimestamp());
    return Conditions.find(before(), ConditionType.READY)
        .map(
            ready ->
                ready.status() == ConditionStatus.FALSE
                    ? Instant.parse(ready.lastTransitionTime())
                    : now)
        .filter(deleted::isBefore)
        .orElse(deleted);
  }

  private static List<String> mounting(Map<String, List<String>> pods, String claim) {
    return pods.getOrDefault(claim, List.of());
  }
}
