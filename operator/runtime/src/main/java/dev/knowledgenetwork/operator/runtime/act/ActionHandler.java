package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.plan.Action;

/**
 * Does the actions of one type. Blocks until the action is done or has failed, 30 seconds at most.
 * Registered in one list; see {@code OperatorRuntime}.
 */
public interface ActionHandler<A extends Action> {

  /** The type of its actions. */
  Class<A> type();

  /**
   * Does one.
   *
   * @throws ActionFailed in the words of whoever refused, with what to do next
   */
  void run(A action) throws ActionFailed;
}
