package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.operation.Parts;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Plan;
import java.util.Map;
import java.util.function.Function;

/**
 * One object as a pass finds it, read once: the parts that operations may work at, and the plan
 * that follows from what these want.
 *
 * @param parts unknown while the spec is not valid
 * @param plan what the object is to be made of, given what its operations want
 */
public record Draft<C>(Parts<C> parts, Function<Round, Plan> plan) {

  /** Of an object that is not understood: operations stay as they are. */
  public static <C> Draft<C> unknown(Plan plan) {
    return new Draft<>(Parts.unknown(), round -> round.into(plan));
  }

  /** Without anything that operations could work at: those that did are withdrawn. */
  public static <C> Draft<C> plain(Plan plan) {
    return new Draft<>(Parts.of(Map.of()), round -> round.into(plan));
  }
}
