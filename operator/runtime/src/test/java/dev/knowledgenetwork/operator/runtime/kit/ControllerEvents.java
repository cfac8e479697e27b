package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.plan.Reference;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.Instant;

/** Events as controllers of Kubernetes write them, which do not run here. */
public final class ControllerEvents {

  private ControllerEvents() {}

  /** Of the controller of StatefulSets; not created yet. */
  public static EventBuilder about(
      Reference statefulSet, String type, String reason, String message, Instant at) {
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(statefulSet.namespace())
        .withGenerateName(statefulSet.name() + "-")
        .endMetadata()
        .withType(type)
        .withReason(reason)
        .withMessage(message)
        .withReportingComponent("statefulset-controller")
        .withNewInvolvedObject()
        .withApiVersion("apps/v1")
        .withKind(statefulSet.kind())
        .withNamespace(statefulSet.namespace())
        .withName(statefulSet.name())
        .endInvolvedObject()
        .withFirstTimestamp(at.toString())
        .withLastTimestamp(at.toString());
  }
}
