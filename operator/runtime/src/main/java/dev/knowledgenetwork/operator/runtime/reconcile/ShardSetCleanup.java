package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.ShardSetDeletion;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;

/**
 * Takes a ShardSet down, one step of the deletion plan a pass. Informers wake it when a step is
 * through, and it looks again by itself in case they miss something.
 */
public final class ShardSetCleanup {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final LiveView view;
  private final OwnWrites writes;

  /** Deletes through that client what that view shows. */
  public ShardSetCleanup(KubernetesClient client, LiveView view, OwnWrites writes) {
    this.client = client;
    this.view = view;
    this.writes = writes;
  }

  /** One step. Precondition: the ShardSet is marked for deletion. */
  UpdateControl<ShardSet> run(Owner owner, ShardSet shardSet, Context<ShardSet> context) {
    if (!shardSet.hasFinalizer(Annotations.FINALIZER)) {
      return UpdateControl.noUpdate();
    }
    ShardSetDeletion.Step step =
        ShardSetDeletion.remaining(shardSet, new Children(view.childrenOf(owner)));
    if (step.done()) {
      release(shardSet, context);
      return UpdateControl.noUpdate();
    }
    step.remove().stream().filter(object -> !object.isMarkedForDeletion()).forEach(this::delete);
    return UpdateControl.<ShardSet>noUpdate().rescheduleAfter(LOOK_AGAIN);
  }

  private void delete(HasMetadata object) {
    client.resource(object).delete();
    writes.forget(Reference.of(object));
  }

  private void release(ShardSet shardSet, Context<ShardSet> context) {
    try {
      ShardSet released =
          PrimaryUpdateAndCacheUtils.removeFinalizer(client, shardSet, Annotations.FINALIZER);
      StatusWriter.remember(context, shardSet, released);
    } catch (KubernetesClientException e) {
      // Somebody else took the last finalizer away: it is gone, which is what we wanted.
      if (e.getCode() != 404) {
        throw e;
      }
    }
  }
}
