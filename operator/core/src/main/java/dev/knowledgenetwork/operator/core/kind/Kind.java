package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.operation.Operations;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One kind of object that users declare: what is made of it, what may go on at it, and what its
 * status says. Pure; the runtime has one reconciler for all kinds.
 *
 * @param <P> the kind
 * @param <S> its status
 * @param <C> what its operations see of a part
 */
public interface Kind<P extends CustomResource<?, S>, S extends Conditioned, C> {

  /** As in the API: {@code ShardSet}. */
  String name();

  /** An object of the kind with neither metadata nor spec. */
  P blank();

  /** The objects that its plan rests on, whoever made them: their changes wake it. */
  default Set<Target> related(P primary) {
    return Set.of();
  }

  /** All operations that there are. */
  Operations<C> operations();

  /** The parts that operations may work at now; none while the spec is not valid. */
  Map<Target, C> parts(P primary, Observed observed);

  /** What the object is to be made of, given what its operations want. */
  Plan plan(P primary, Observed observed, Round round);

  /** What is, given what the plan and its application met; equal while nothing changes. */
  S status(Pass<P> pass);

  /** A status that says nothing but these conditions. */
  S accepted(@Nullable Long generation, List<Condition> conditions);

  /** The same status with other conditions and operations. */
  S with(S status, List<Condition> conditions, List<OperationState> operations);

  /** Whether objects of the kind are taken down step by step, and so need a finalizer. */
  default boolean isTakenDown() {
    return false;
  }

  /** The next step of taking it down, from what is still there. */
  default Removal removal(P primary, Children children) {
    return Removal.complete();
  }
}
