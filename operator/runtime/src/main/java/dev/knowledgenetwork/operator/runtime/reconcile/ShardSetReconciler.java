package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;

/**
 * Reconciles ShardSets. Called on all events, deletions included, so that it decides itself who
 * gets a finalizer: a canary must not, or uninstalling the operator would leave it behind for good.
 */
public final class ShardSetReconciler implements Reconciler<ShardSet> {

  private final ShardSetSubject subject;
  private final ReconcileLoop<ShardSet, ShardSetStatus, ShardSetObserved> loop;
  private final ShardSetCleanup cleanup;
  private final Registration registration;
  private final Dependents dependents;
  private final Tools tools;

  /** Works with these. */
  public ShardSetReconciler(
      ShardSetSubject subject,
      ShardSetCleanup cleanup,
      Registration registration,
      Dependents dependents,
      Tools tools) {
    this.subject = subject;
    this.loop = new ReconcileLoop<>(subject, tools);
    this.cleanup = cleanup;
    this.registration = registration;
    this.dependents = dependents;
    this.tools = tools;
  }

  @Override
  public List<EventSource<?, ShardSet>> prepareEventSources(EventSourceContext<ShardSet> context) {
    return registration.connect(OwnerKind.SHARD_SET, context, dependents::shardSetChanged);
  }

  @Override
  public UpdateControl<ShardSet> reconcile(ShardSet shardSet, Context<ShardSet> context) {
    Owner owner = Owner.of(OwnerKind.SHARD_SET, shardSet);
    if (context.isPrimaryResourceDeleted()) {
      subject.forget(owner);
      loop.forget(owner);
      tools.canary().forget(owner);
      return UpdateControl.noUpdate();
    }
    if (tools.canary().is(shardSet)) {
      tools.canary().arrived(owner);
      return UpdateControl.noUpdate();
    }
    if (shardSet.isMarkedForDeletion()) {
      subject.forget(owner);
      tools.actions().forget(owner);
      return cleanup.run(owner, shardSet, context);
    }
    return loop.run(finalized(shardSet, context), context);
  }

  /** Before anything exists that would have to be cleaned up. */
  private ShardSet finalized(ShardSet shardSet, Context<ShardSet> context) {
    if (shardSet.hasFinalizer(Annotations.FINALIZER)) {
      return shardSet;
    }
    ShardSet finalized =
        PrimaryUpdateAndCacheUtils.addFinalizer(tools.client(), shardSet, Annotations.FINALIZER);
    StatusWriter.remember(context, shardSet, finalized);
    return finalized;
  }
}
