package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.List;

/** The passes over an object that is being deleted. */
final class TakingDown<P extends CustomResource<?, S>, S extends Conditioned> {

  private static final Duration PACE = Duration.ofSeconds(5);
  private static final String DELETING = "It is being deleted. ";

  private final Kind<P, S, ?> kind;
  private final Surroundings<P> surroundings;
  private final Platform platform;

  TakingDown(Kind<P, S, ?> kind, Surroundings<P> surroundings, Platform platform) {
    this.kind = kind;
    this.surroundings = surroundings;
    this.platform = platform;
  }

  /** The next step, or nothing where there is nothing to be taken down. */
  UpdateControl<P> step(Owner owner, P primary, Context<P> context) {
    surroundings.observers().forget(owner);
    platform.execution().forget(owner);
    if (!kind.isTakenDown() || !primary.hasFinalizer(Annotations.FINALIZER)) {
      return UpdateControl.noUpdate();
    }
    Removal step =
        kind.removal(primary, surroundings.children(owner), surroundings.ownerOf(primary));
    if (step.done()) {
      platform.board().reporter().released(owner, primary, step.message());
      platform.teardown().release(primary, context);
      return UpdateControl.noUpdate();
    }
    if (primary.getStatus() != null) {
      S status =
          kind.with(
              primary.getStatus(),
              Conditions.revising(
                      primary.getStatus().conditions(),
                      primary.getMetadata().getGeneration(),
                      platform.clock().instant())
                  .no(ConditionType.READY, StandardReason.DELETING, DELETING + step.message())
                  .yes(ConditionType.RECONCILING, StandardReason.DELETING, step.message())
                  .toList(),
              List.of());
      platform.board().write(kind, owner, primary, status, context);
    }
    platform.teardown().take(primary, step);
    return UpdateControl.<P>noUpdate().rescheduleAfter(PACE);
  }
}
