package dev.knowledgenetwork.operator.runtime.act;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.knowledgenetwork.operator.core.plan.Action;
import java.util.List;
import java.util.Map;

/** The handlers of all actions, one for a type. */
public final class ActionHandlers {

  private final Map<Class<? extends Action>, ActionHandler<?>> byType;

  /** Those there are; two for one type are an error. */
  public ActionHandlers(List<ActionHandler<?>> all) {
    this.byType = all.stream().collect(toMap(ActionHandler::type, identity()));
  }

  void run(Action action) throws ActionFailed {
    ActionHandler<?> handler = byType.get(action.getClass());
    if (handler == null) {
      throw new IllegalStateException("no handler for " + action.getClass().getName());
    }
    run(handler, action);
  }

  private static <A extends Action> void run(ActionHandler<A> handler, Action action)
      throws ActionFailed {
    handler.run(handler.type().cast(action));
  }
}
