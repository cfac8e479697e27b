package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.operation.OperationReason;
import dev.knowledgenetwork.operator.core.operation.OperationReason.Stage;
import dev.knowledgenetwork.operator.core.plan.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What happened to operations between two statuses: which began, and what came of which. */
final class OperationTransitions {

  private OperationTransitions() {}

  static List<Transition> between(List<OperationState> before, List<OperationState> after) {
    List<Transition> found = new ArrayList<>();
    for (OperationState now : after) {
      Optional<OperationState> earlier = find(before, now).filter(old -> old.id().equals(now.id()));
      if (earlier.map(OperationState::phase).filter(now.phase()::equals).isEmpty()) {
        told(now, earlier).ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<Transition> told(OperationState now, Optional<OperationState> earlier) {
    return switch (now.phase()) {
      case WAITING -> Optional.empty();
      case RUNNING ->
          Optional.of(
              Transition.normal(
                  reason(now, earlier.isPresent() ? Stage.CONTINUED : Stage.STARTED), note(now)));
      case SUCCEEDED -> Optional.of(Transition.normal(reason(now, Stage.SUCCEEDED), note(now)));
      case WITHDRAWN -> Optional.of(Transition.normal(reason(now, Stage.WITHDRAWN), note(now)));
      case FAILED -> Optional.of(Transition.warning(reason(now, Stage.FAILED), note(now)));
    };
  }

  private static Reason reason(OperationState operation, Stage stage) {
    return new OperationReason(operation.type(), stage);
  }

  private static Optional<OperationState> find(List<OperationState> all, OperationState one) {
    return all.stream()
        .filter(each -> each.type().equals(one.type()) && each.target().equals(one.target()))
        .findFirst();
  }

  private static String note(OperationState operation) {
    return operation.type() + " of " + operation.target() + ": " + operation.message();
  }
}
