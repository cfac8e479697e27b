package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.runtime.kube.MergePatch;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one object, one request each, and remembers the answer until the informers have it. */
final class ObjectWriter {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectWriter.class);

  private final KubernetesClient client;
  private final OwnWrites writes;

  ObjectWriter(KubernetesClient client, OwnWrites writes) {
    this.client = client;
    this.writes = writes;
  }

  /** Server-side apply that takes over what others hold; creates what is not there. */
  HasMetadata apply(HasMetadata desired) {
    return answered(
        client
            .resource(desired)
            .fieldManager(Applier.FIELD_MANAGER)
            .forceConflicts()
            .serverSideApply());
  }

  /**
   * Brings exactly this version to what is desired, foreign things removed. Empty when the object
   * has another version meanwhile: its informer shows it in a moment.
   */
  Optional<HasMetadata> correct(
      JsonNode desired, HasMetadata live, JsonNode tree, ClosedPaths closed) {
    ObjectNode patch = Correction.patch(desired, tree, closed);
    patch.withObject("/metadata").put("resourceVersion", live.getMetadata().getResourceVersion());
    try {
      return Optional.of(
          answered(client.resource(live).patch(MergePatch.CONTEXT, patch.toString())));
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Deletes this version and makes the object anew, where it cannot be changed in place. */
  HasMetadata replace(HasMetadata desired, HasMetadata live) {
    client.resource(live).lockResourceVersion(live.getMetadata().getResourceVersion()).delete();
    return apply(desired);
  }

  /** Deletes this version of a StatefulSet, and nothing that it controls. */
  void orphanPods(HasMetadata live) {
    Reference reference = Reference.of(live);
    try {
      client.raw(
          "/apis/apps/v1/namespaces/%s/statefulsets/%s"
              .formatted(reference.namespace(), reference.name()),
          "DELETE",
          new DeleteOptionsBuilder()
              .withPropagationPolicy(DeletionPropagation.ORPHAN.toString())
              .withNewPreconditions()
              .withUid(live.getMetadata().getUid())
              .withResourceVersion(live.getMetadata().getResourceVersion())
              .endPreconditions()
              .build());
      LOG.info(
          "{} is made anew around its pods: new volumes are to be larger",
          ObjectApplier.named(reference));
    } catch (KubernetesClientException e) {
      // It changed or went a moment ago; the next pass sees how it is now.
      if (e.getCode() != 409 && e.getCode() != 404) {
        throw e;
      }
    }
    writes.forget(reference);
  }

  private HasMetadata answered(HasMetadata answer) {
    writes.remember(answer);
    return answer;
  }
}
