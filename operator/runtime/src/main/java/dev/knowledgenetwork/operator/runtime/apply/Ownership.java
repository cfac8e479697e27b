package dev.knowledgenetwork.operator.runtime.apply;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Locale;
import java.util.Optional;

/** Decides whether an object that exists already may be taken over by an owner. */
record Ownership(Owner owner, String uid) {

  static Ownership of(Owner owner, HasMetadata primary) {
    return new Ownership(owner, primary.getMetadata().getUid());
  }

  /** True when the object is controlled by this very owner. */
  boolean controls(HasMetadata object) {
    return controller(object).filter(reference -> reference.getUid().equals(uid)).isPresent();
  }

  /** Why the object must be left alone; empty when it may be changed. */
  Optional<Problem> objection(HasMetadata live) {
    Reference reference = Reference.of(live);
    if (live.isMarkedForDeletion()) {
      return Optional.of(
          new Problem.WaitingFor(
              ApplyReason.BEING_DELETED,
              reference + " is being deleted; it is made again when it is gone."));
    }
    Optional<OwnerReference> controller = controller(live);
    if (controller.isEmpty()) {
      return named(live) || reference.kind().equals("Endpoints")
          ? Optional.empty()
          : Optional.of(taken(reference));
    }
    return controlledByAnother(live);
  }

  /** Why an object that somebody else controls is not ours; empty where we or nobody does. */
  Optional<Problem> controlledByAnother(HasMetadata live) {
    Reference reference = Reference.of(live);
    return controller(live)
        .filter(controller -> !controller.getUid().equals(uid))
        .map(
            controller ->
                controller.getKind().equals(owner.kind().kind())
                        && controller.getName().equals(owner.name())
                    ? new Problem.WaitingFor(
                        ApplyReason.BEING_DELETED,
                        reference
                            + " belongs to an earlier "
                            + owner.kind().kind()
                            + " of this name and is being collected.")
                    : taken(reference));
  }

  private boolean named(HasMetadata live) {
    return owner.kind().ownerOf(live).filter(owner::equals).isPresent();
  }

  /** What to do where an object of that name is not ours, or no longer seems to be. */
  Problem taken(Reference reference) {
    return new Problem.InvalidSpec(
        StandardReason.NAME_TAKEN,
        "metadata.name",
        ("%1$s exists and is not the operator's. Delete or rename it, or give this %2$s another"
                + " name. If it is of this %2$s and somebody took its labels away: kubectl -n %3$s"
                + " label %4$s %5$s %6$s=%7$s %8$s=%9$s.")
            .formatted(
                reference,
                owner.kind().kind(),
                reference.namespace(),
                reference.kind().toLowerCase(Locale.ROOT),
                reference.name(),
                owner.kind().label(),
                owner.name(),
                Labels.MANAGED_BY,
                Labels.OPERATOR));
  }

  private static Optional<OwnerReference> controller(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .findFirst();
  }
}
