package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.runtime.kube.Reference;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says what an answer of the API server means for the owner. Field names and reasons of the answer
 * are used, its text never: that may quote values.
 */
final class ApiProblem {

  private ApiProblem() {}

  static Problem of(KubernetesClientException failure, Reference object) {
    return switch (failure.getCode()) {
      case 404 ->
          new Problem.Transient(
              "NamespaceMissing", "The namespace or the API of " + object + " is not there yet.");
      case 409 ->
          new Problem.Transient(
              "Conflict", object + " was changed by someone else meanwhile; it is tried again.");
      case 422 -> refused(failure, object);
      case 403 -> forbidden(failure, object);
      default ->
          new Problem.Transient(
              "ApiUnavailable",
              "The API server did not take " + object + "; it is tried again. See its log.");
    };
  }

  private static Problem refused(KubernetesClientException failure, Reference object) {
    String fields =
        causes(failure).stream()
            .map(StatusCause::getField)
            .filter(Objects::nonNull)
            .distinct()
            .collect(Collectors.joining(", "));
    String where = fields.isEmpty() ? "" : " (" + fields + ")";
    return new Problem.InvalidSpec(
        "ChangeRefused",
        fields,
        "The API server refuses the change of "
            + object
            + where
            + ", most likely because it cannot be changed in place. What runs goes on. Take the"
            + " change back, or make a new object.");
  }

  private static Problem forbidden(KubernetesClientException failure, Reference object) {
    if (causes(failure).stream().anyMatch(c -> "NamespaceTerminating".equals(c.getReason()))) {
      return new Problem.WaitingFor(
          "NamespaceTerminating", "The namespace is being deleted; nothing more is made in it.");
    }
    return new Problem.Transient(
        "Forbidden",
        "The API server forbids "
            + object
            + ": look at quotas, admission policies and the operator's roles. It is tried again.");
  }

  private static List<StatusCause> causes(KubernetesClientException failure) {
    return Optional.ofNullable(failure.getStatus())
        .map(Status::getDetails)
        .map(StatusDetails::getCauses)
        .orElse(List.of());
  }
}
