package dev.knowledgenetwork.operator.core.kind;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.operation.OperationReason;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One pass over one object, up to its status.
 *
 * @param round what its operations wanted
 * @param plan what was planned, with all problems that were met since
 * @param outcome what came of applying it
 * @param overdue what goes on has not got on for longer than it may take
 */
public record Pass<P extends HasMetadata>(
    P primary,
    Observed observed,
    Round round,
    Plan plan,
    Outcome outcome,
    boolean overdue,
    Instant now) {

  /** Whether the operator was asked to leave the object alone. */
  public boolean isPaused() {
    return isPaused(primary);
  }

  /** Whether the operator was asked to leave that object alone. */
  public static boolean isPaused(HasMetadata primary) {
    Map<String, String> annotations = primary.getMetadata().getAnnotations();
    return annotations != null && "true".equals(annotations.get(Annotations.PAUSED));
  }

  /** What is wrong with the spec. */
  public List<Problem.InvalidSpec> violations() {
    return plan.problems().stream()
        .filter(Problem.InvalidSpec.class::isInstance)
        .map(Problem.InvalidSpec.class::cast)
        .toList();
  }

  /** All that is wrong with the spec, in one sentence; empty while nothing is. */
  public Optional<Finding> invalidity() {
    return violations().stream()
        .findFirst()
        .map(first -> new Finding(first.reason(), Problem.InvalidSpec.sentence(violations())));
  }

  /** What operations do or wait for; empty while none is under way. */
  public Optional<Finding> activity() {
    List<OperationState> active =
        round.entries().stream().filter(entry -> !entry.phase().isOver()).toList();
    return active.stream()
        .findFirst()
        .map(
            first ->
                new Finding(
                    new OperationReason(first.type(), OperationReason.Stage.UNDER_WAY),
                    active.stream()
                        .map(each -> each.type() + " of " + each.target() + ": " + each.message())
                        .collect(joining(" "))));
  }
}
