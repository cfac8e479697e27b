package dev.knowledgenetwork.operator.runtime.reconcile;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Whether what is to be deleted has to wait: others refer to it, or to what it made and would take
 * with it. It serves them until they are gone, or refer to another one.
 */
final class InUse {

  /** Kubernetes deletes the parts first, whoever needs them. */
  private static final String FOREGROUND = "foregroundDeletion";

  private final Attention attention;

  InUse(Attention attention) {
    this.attention = attention;
  }

  /**
   * What is to be told where it has to wait; empty where it is not to be deleted, or may go.
   *
   * @param children of the object; asked for only where it is to be deleted
   */
  Optional<Problem> of(Owner owner, HasMetadata object, Supplier<Children> children) {
    if (!object.isMarkedForDeletion()
        || !object.hasFinalizer(Annotations.FINALIZER)
        || object.hasFinalizer(FOREGROUND)) {
      return Optional.empty();
    }
    String users =
        Stream.concat(Stream.of(owner), made(children.get()))
            .flatMap(
                used ->
                    attention
                        .users(used)
                        .filter(user -> !user.equals(owner))
                        .map(
                            user ->
                                "%s %s %s %s %s"
                                    .formatted(
                                        kind(user),
                                        user.name(),
                                        attention.isReadable(user) ? "uses" : "may use",
                                        kind(used),
                                        used.name())))
            .sorted()
            .collect(joining(", "));
    return users.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem.Stuck(
                StandardReason.IN_USE,
                "It is to be deleted, but %s: delete that first, or let its spec name another one."
                    .formatted(users)));
  }

  private static Stream<Owner> made(Children children) {
    return children.objects().stream()
        .flatMap(
            child -> OwnerKind.find(child.getKind()).map(kind -> Owner.of(kind, child)).stream());
  }

  private static String kind(Owner owner) {
    return owner.kind().kind();
  }
}
