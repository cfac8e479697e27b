package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.operation.Operations;
import dev.knowledgenetwork.operator.core.plan.OptionalApi;
import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.Optional;
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

  /** The class of its objects. */
  @SuppressWarnings("unchecked") // A blank object has the class of all.
  default Class<P> type() {
    return (Class<P>) blank().getClass();
  }

  /** The objects that its plan rests on, whoever made them: their changes wake it. */
  default Set<Target> related(P primary) {
    return Set.of();
  }

  /**
   * Whether its spec names that object, or may, where the spec is unreadable. What somebody else
   * made is not deleted before those that use it.
   */
  default boolean uses(P primary, Target used) {
    return false;
  }

  /** What its plans make where the cluster serves it. */
  default Set<OptionalApi> optionalApis() {
    return Set.of();
  }

  /** All operations that there are. */
  Operations<C> operations();

  /** What follows from the spec and from what is observed. */
  Draft<C> draft(P primary, Observed observed);

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

  /**
   * The next step of taking it down, from what is still there.
   *
   * @param owner of the object, where another of our kinds made it and is still there
   */
  default Removal removal(P primary, Children children, Optional<HasMetadata> owner) {
    return Removal.complete();
  }
}
