package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.crds.common.OperationState;
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
                  now.type() + (earlier.isPresent() ? "Continued" : "Started"),
                  name(now) + ": " + now.message()));
      case SUCCEEDED ->
          Optional.of(
              Transition.normal(now.type() + "Succeeded", name(now) + ": " + now.message()));
      case WITHDRAWN ->
          Optional.of(
              Transition.normal(now.type() + "Withdrawn", name(now) + ": " + now.message()));
      case FAILED ->
          Optional.of(Transition.warning(now.type() + "Failed", name(now) + ": " + now.message()));
    };
  }

  private static Optional<OperationState> find(List<OperationState> all, OperationState one) {
    return all.stream()
        .filter(each -> each.type().equals(one.type()) && each.target().equals(one.target()))
        .findFirst();
  }

  private static String name(OperationState operation) {
    return operation.type() + " of " + operation.target();
  }
}
