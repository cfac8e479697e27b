package dev.knowledgenetwork.operator.core.kind;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.plan.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An object that is still there although it should have been gone, and who holds it: pods that
 * mount it, whoever set its finalizers, a node that does not confirm the end of a pod.
 *
 * @param object that is awaited to go
 * @param due when it was to be gone: at its deletion, or once a pod's time to end was over
 */
public record LateDeletion(HasMetadata object, Instant due) {

  /** How long what goes well may take. */
  static final Duration PATIENCE = StandardConditions.PATIENCE;

  /**
   * Those that a step waits for in vain.
   *
   * @param begun when the whole began to be taken down: what is to go with what is gone already,
   *     and is not even being deleted, is late since then
   */
  static List<LateDeletion> of(Removal step, Instant begun, Instant now) {
    return step.awaited().stream()
        .filter(object -> object.isMarkedForDeletion() || !step.remove().contains(object))
        .map(object -> new LateDeletion(object, deleted(object).orElse(begun)))
        .filter(late -> late.isLaterThan(PATIENCE, now))
        .toList();
  }

  private static Optional<Instant> deleted(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getDeletionTimestamp()).map(Instant::parse);
  }

  /** Whether it has been due for longer than that. */
  boolean isLaterThan(Duration time, Instant now) {
    return now.isAfter(due.plus(time));
  }

  /** The claim that it is; empty where it is something else. */
  Optional<String> claim() {
    return object instanceof PersistentVolumeClaim
        ? Optional.of(object.getMetadata().getName())
        : Optional.empty();
  }

  /**
   * Who holds it, and what to do, for a person.
   *
   * @param teller whose conditions say so; it does not quote itself
   * @param mounting the pods that mount it, where it is a claim
   */
  String told(HasMetadata teller, List<String> mounting) {
    if (!mounting.isEmpty()) {
      return "%s is still mounted by %s: delete what makes that pod, or the pod: kubectl -n %s delete pod %s."
          .formatted(name(), pods(mounting), namespace(), String.join(" ", mounting));
    }
    return ownWords()
        .filter(words -> !Reference.of(object).equals(Reference.of(teller)))
        .orElseGet(this::heldBy);
  }

  private String heldBy() {
    List<String> finalizers = object.getMetadata().getFinalizers();
    if (!finalizers.isEmpty()) {
      return "%s is held by its finalizer %s: whoever set that has to take it away; who it was: kubectl -n %s get %s -o yaml --show-managed-fields."
          .formatted(name(), String.join(", ", finalizers), namespace(), argument());
    }
    if (!object.isMarkedForDeletion()) {
      return "%s is not being deleted yet: Kubernetes' garbage collector does that."
          .formatted(name());
    }
    return object instanceof Pod
        ? "%s was to end by %s, and its node does not confirm it: if that node is gone for good, kubectl -n %s delete %s --grace-period=0 --force."
            .formatted(name(), due, namespace(), argument())
        : "%s is still there.".formatted(name());
  }

  /** What an object of our kinds, which is taken down itself, says of that. */
  private Optional<String> ownWords() {
    return object instanceof CustomResource<?, ?> custom
            && custom.getStatus() instanceof Conditioned status
        ? Stream.of(ConditionType.STALLED, ConditionType.RECONCILING)
            .flatMap(type -> Conditions.find(status.conditions(), type).stream())
            .filter(condition -> condition.status() == ConditionStatus.TRUE)
            .map(condition -> "%s: %s".formatted(name(), condition.message()))
            .findFirst()
        : Optional.empty();
  }

  private String name() {
    return Reference.of(object).toString();
  }

  private String namespace() {
    return Objects.requireNonNullElse(object.getMetadata().getNamespace(), "default");
  }

  /** As kubectl takes it. */
  private String argument() {
    return object.getKind().toLowerCase(Locale.ROOT) + "/" + object.getMetadata().getName();
  }

  private static String pods(List<String> names) {
    return names.stream().map(name -> "Pod " + name).collect(joining(", "));
  }
}
