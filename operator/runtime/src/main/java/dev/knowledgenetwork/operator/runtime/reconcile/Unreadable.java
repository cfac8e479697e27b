package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.List;
import java.util.Optional;

/**
 * The passes over an object that this version does not understand: it is told, and nothing else is
 * done. What runs goes on; nothing is applied, pruned, acted on or taken down.
 */
final class Unreadable<P extends CustomResource<?, S>, S extends Conditioned> {

  private static final String FIELD =
      "This version of the operator does not understand %s. What runs goes on and is left alone:"
          + " install the version that the definition belongs to, or change the field.";
  private static final String WAITS = " Until then it is not deleted.";

  private final Kind<P, S, ?> kind;
  private final Surroundings<P> surroundings;
  private final Platform platform;

  Unreadable(Kind<P, S, ?> kind, Surroundings<P> surroundings, Platform platform) {
    this.kind = kind;
    this.surroundings = surroundings;
    this.platform = platform;
  }

  /** Tells it where that is needed; false where the object is understood. */
  boolean told(Owner owner, P primary, Context<P> context) {
    Optional<String> field = KnObject.unreadable(primary);
    field.ifPresent(unknown -> tell(owner, primary, unknown, context));
    return field.isPresent();
  }

  private void tell(Owner owner, P primary, String field, Context<P> context) {
    surroundings.observers().forget(owner);
    platform.execution().forget(owner);
    String message = FIELD.formatted(field) + (isHeld(primary) ? WAITS : "");
    S before = primary.getStatus();
    Long generation = primary.getMetadata().getGeneration();
    List<Condition> conditions =
        Conditions.after(
                before == null ? List.of() : before.conditions(),
                generation,
                platform.clock().instant())
            .with(ConditionType.READY, ConditionStatus.UNKNOWN, StandardReason.UNREADABLE, message)
            .no(ConditionType.RECONCILING, StandardReason.UNREADABLE, "")
            .yes(ConditionType.STALLED, StandardReason.UNREADABLE, message)
            .toList();
    platform
        .board()
        .reporter()
        .problems(
            owner, primary, before, List.of(new Problem.Stuck(StandardReason.UNREADABLE, message)));
    platform.board().add(kind, owner, primary, kind.accepted(generation, conditions), context);
  }

  private static boolean isHeld(CustomResource<?, ?> primary) {
    return primary.isMarkedForDeletion() && primary.hasFinalizer(Annotations.FINALIZER);
  }
}
