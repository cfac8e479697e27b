package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.Map;
import java.util.function.Function;

/**
 * One object as a pass finds it, read once: the parts that operations may work at, and the plan
 * that follows from what these want.
 *
 * @param parts none while the spec is not valid
 * @param plan what the object is to be made of, given what its operations want
 */
public record Draft<C>(Map<Target, C> parts, Function<Round, Plan> plan) {

  /** Without anything that operations could work at. */
  public static <C> Draft<C> plain(Plan plan) {
    return new Draft<>(Map.of(), round -> round.into(plan));
  }
}
