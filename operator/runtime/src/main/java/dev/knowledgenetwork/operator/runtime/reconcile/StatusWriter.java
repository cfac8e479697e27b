package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.runtime.apply.Applier;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/**
 * Writes a status by server-side apply of the status subresource, and puts the answer in front of
 * the framework's cache, so that the next pass builds on what was written.
 */
public final class StatusWriter {

  private static final PatchContext APPLY = applyAs(Applier.FIELD_MANAGER);

  /** Another manager takes nothing away of what ours has applied. */
  private static final PatchContext ADD = applyAs(Applier.FIELD_MANAGER + "-unreadable");

  private final KubernetesClient client;

  /** Writes through that client. */
  public StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  private static PatchContext applyAs(String manager) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .withForce(true)
        .build();
  }

  /** One write. The object that comes back has the new status. */
  <P extends CustomResource<?, S>, S> P write(P primary, P blank, S status, Context<P> context) {
    return patch(primary, blank, status, APPLY, context);
  }

  /** One write. What the status already says besides stays, whoever wrote it. */
  <P extends CustomResource<?, S>, S> P add(P primary, P blank, S status, Context<P> context) {
    return patch(primary, blank, status, ADD, context);
  }

  private <P extends CustomResource<?, S>, S> P patch(
      P primary, P blank, S status, PatchContext how, Context<P> context) {
    blank.setMetadata(
        new ObjectMetaBuilder()
            .withName(primary.getMetadata().getName())
            .withNamespace(primary.getMetadata().getNamespace())
            .build());
    blank.setSpec(null);
    blank.setStatus(status);
    P written = client.resource(blank).subresource("status").patch(how);
    remember(context, primary, written);
    return written;
  }

  /** Makes the framework prefer this version until its informer has it. */
  static <P extends CustomResource<?, ?>> void remember(Context<P> context, P before, P after) {
    context
        .eventSourceRetriever()
        .getControllerEventSource()
        .handleRecentResourceUpdate(ResourceID.fromResource(after), after, before);
  }
}
