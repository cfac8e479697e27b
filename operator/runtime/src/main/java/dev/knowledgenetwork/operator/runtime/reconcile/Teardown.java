package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.apply.ApiProblem;
import dev.knowledgenetwork.operator.runtime.kube.MergePatch;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes objects down step by step, between their finalizer's coming and going. */
public final class Teardown {

  private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);
  private static final int GONE = 404;
  private static final int CHANGED = 409;

  private final KubernetesClient client;
  private final OwnWrites writes;

  /** Deletes through that client. */
  public Teardown(KubernetesClient client, OwnWrites writes) {
    this.client = client;
    this.writes = writes;
  }

  /**
   * With the finalizer, before anything exists that would have to be taken down.
   *
   * @throws Gone where it was deleted meanwhile
   */
  <P extends CustomResource<?, ?>> P finalized(P primary, Context<P> context) {
    if (primary.hasFinalizer(Annotations.FINALIZER)) {
      return primary;
    }
    try {
      P finalized = context.resourceOperations().addFinalizer(Annotations.FINALIZER);
      StatusWriter.remember(context, primary, finalized);
      return finalized;
    } catch (RuntimeException e) {
      // The SDK tries again on its own, and fails in other ways once there is nothing to patch.
      if (isGoing(primary)) {
        throw new Gone();
      }
      throw e;
    }
  }

  /** Whether there is no such object any more, or it is about to go: nobody may hold it then. */
  private boolean isGoing(HasMetadata primary) {
    HasMetadata live = client.resource(primary).get();
    return live == null || live.isMarkedForDeletion() || !isSame(primary, live);
  }

  private static boolean isSame(HasMetadata one, HasMetadata other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  /**
   * Changes and deletes what a step names, where it is still the very object that was seen, and
   * ours.
   *
   * @return what the API server, or who decides with it, refused
   */
  List<Problem> take(HasMetadata primary, Removal step) {
    List<Problem> refused = new ArrayList<>();
    step.edits().forEach(edit -> tried(edit.object(), () -> edit(primary, edit), refused));
    step.remove().stream()
        .filter(object -> !object.isMarkedForDeletion())
        .forEach(object -> tried(object, () -> delete(primary, object), refused));
    return refused;
  }

  /** What changed or went meanwhile is left: the next pass sees how it is now. */
  private static void tried(HasMetadata object, Runnable write, List<Problem> refused) {
    try {
      write.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != GONE && e.getCode() != CHANGED) {
        refused.add(ApiProblem.of(e, Reference.of(object)));
      }
    }
  }

  /**
   * The pods of a namespace that mount claims, whoever made them. One request. A pod that has no
   * node yet holds nothing.
   */
  Map<String, List<String>> mounting(String namespace, Set<String> claims) {
    Map<String, List<String>> mounting = new HashMap<>();
    for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
      if (pod.getSpec().getNodeName() == null) {
        continue;
      }
      pod.getSpec().getVolumes().stream()
          .map(Volume::getPersistentVolumeClaim)
          .filter(Objects::nonNull)
          .map(PersistentVolumeClaimVolumeSource::getClaimName)
          .filter(claims::contains)
          .distinct()
          .forEach(
              claim ->
                  mounting
                      .computeIfAbsent(claim, key -> new ArrayList<>())
                      .add(pod.getMetadata().getName()));
    }
    return mounting;
  }

  private void edit(HasMetadata primary, Removal.Edit edit) {
    Map<String, Object> patch = new HashMap<>(edit.patch());
    // Only the version that was seen.
    patch.put(
        "metadata", Map.of("resourceVersion", edit.object().getMetadata().getResourceVersion()));
    client
        .resource(edit.object())
        .patch(MergePatch.CONTEXT, client.getKubernetesSerialization().asJson(patch));
    LOG.info(
        "{} {}/{}: changed {}",
        primary.getKind(),
        primary.getMetadata().getNamespace(),
        primary.getMetadata().getName(),
        Reference.of(edit.object()));
  }

  private void delete(HasMetadata primary, HasMetadata seen) {
    HasMetadata live = client.resource(seen).get();
    if (live == null
        || !isSame(live, seen)
        || !Metadata.controller(live).equals(Metadata.controller(seen))) {
      return;
    }
    client.resource(live).lockResourceVersion(live.getMetadata().getResourceVersion()).delete();
    writes.forget(Reference.of(live));
    LOG.info(
        "{} {}/{}: deleted {}",
        primary.getKind(),
        primary.getMetadata().getNamespace(),
        primary.getMetadata().getName(),
        Reference.of(live));
  }

  /** Lets the object go. */
  <P extends CustomResource<?, ?>> void release(P primary, Context<P> context) {
    try {
      P released = context.resourceOperations().removeFinalizer(Annotations.FINALIZER);
      StatusWriter.remember(context, primary, released);
      LOG.info(
          "{} {}/{} is taken down",
          primary.getKind(),
          primary.getMetadata().getNamespace(),
          primary.getMetadata().getName());
    } catch (RuntimeException e) {
      // Somebody else took our finalizer away: it is let go, which is what we wanted.
      HasMetadata live = client.resource(primary).get();
      if (live != null && isSame(primary, live) && live.hasFinalizer(Annotations.FINALIZER)) {
        throw e;
      }
    }
  }
}
