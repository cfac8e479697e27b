package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.DeletionConditions;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The passes over an object that is being deleted. */
final class TakingDown<P extends CustomResource<?, S>, S extends Conditioned> {

  private static final Duration PACE = Duration.ofSeconds(5);

  /** Who holds it may let it go at any time, and wakes nobody. */
  private static final Duration BLOCKED_PACE = Duration.ofSeconds(15);

  private final Kind<P, S, ?> kind;
  private final Surroundings<P> surroundings;
  private final Platform platform;

  TakingDown(Kind<P, S, ?> kind, Surroundings<P> surroundings, Platform platform) {
    this.kind = kind;
    this.surroundings = surroundings;
    this.platform = platform;
  }

  /** The next step; where nothing is to be taken down, who holds it is told, once that lasts. */
  UpdateControl<P> step(Owner owner, P primary, Context<P> context) {
    surroundings.observers().forget(owner);
    platform.execution().forget(owner);
    if (!kind.isTakenDown() || !primary.hasFinalizer(Annotations.FINALIZER)) {
      return held(owner, primary, context);
    }
    Removal step =
        kind.removal(primary, surroundings.children(owner), surroundings.ownerOf(primary));
    if (step.done()) {
      platform.board().reporter().released(owner, primary, step.message());
      platform.teardown().release(primary, context);
      return UpdateControl.noUpdate();
    }
    DeletionConditions conditions =
        DeletionConditions.of(primary, step, platform.clock().instant());
    say(owner, primary, conditions, platform.teardown().take(primary, step), context);
    return UpdateControl.<P>noUpdate().rescheduleAfter(conditions.isLate() ? BLOCKED_PACE : PACE);
  }

  /** It goes as soon as others take away their finalizers. */
  private UpdateControl<P> held(Owner owner, P primary, Context<P> context) {
    if (primary.getMetadata().getFinalizers().isEmpty()) {
      return UpdateControl.noUpdate();
    }
    DeletionConditions conditions =
        DeletionConditions.of(
            primary,
            Removal.awaiting(List.of(primary), "its finalizers are taken away"),
            platform.clock().instant());
    if (conditions.isLate()) {
      say(owner, primary, conditions, List.of(), context);
    }
    return UpdateControl.<P>noUpdate().rescheduleAfter(BLOCKED_PACE);
  }

  private void say(
      Owner owner,
      P primary,
      DeletionConditions conditions,
      List<Problem> refused,
      Context<P> context) {
    if (primary.getStatus() == null) {
      return;
    }
    Set<String> claims = conditions.claims();
    Map<String, List<String>> mounting =
        claims.isEmpty()
            ? Map.of()
            : platform.teardown().mounting(primary.getMetadata().getNamespace(), claims);
    S status = kind.with(primary.getStatus(), conditions.toList(mounting, refused), List.of());
    platform.board().write(kind, owner, primary, status, context);
  }
}
