package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OptionalApis;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.observe.Observers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.Optional;

/** All that is known around an object of one kind. Reads memory only. */
public record Surroundings<P extends CustomResource<?, ?>>(
    LiveView view, Primaries primaries, OptionalApis apis, Observers<P> observers) {

  Observed observe(Kind<P, ?, ?> kind, P primary, Owner owner, Instant now) {
    Children children = children(owner);
    Children related =
        new Children(
            kind.related(primary).stream()
                .map(Owner::of)
                .map(primaries::get)
                .flatMap(Optional::stream)
                .map(HasMetadata.class::cast)
                .toList());
    return new Observed(
        children, related, observers.observe(primary, owner, children), apis.served(), now);
  }

  /** The object as it was last seen, or written by us; as it was found where it is gone. */
  @SuppressWarnings("unchecked") // The cache of an owner's kind holds objects of that kind.
  P newest(Owner owner, P found) {
    return primaries.get(owner).map(object -> (P) object).orElse(found);
  }

  /** The object of our kinds that made this one, where it is still there. */
  Optional<HasMetadata> ownerOf(P primary) {
    return primary.getMetadata().getOwnerReferences().stream()
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .flatMap(
            reference ->
                OwnerKind.find(reference.getKind())
                    .map(
                        kind ->
                            new Owner(
                                kind, primary.getMetadata().getNamespace(), reference.getName()))
                    .flatMap(primaries::get)
                    .map(HasMetadata.class::cast)
                    .filter(owner -> owner.getMetadata().getUid().equals(reference.getUid()))
                    .stream())
        .findFirst();
  }

  Children children(Owner owner) {
    return new Children(view.childrenOf(owner));
  }
}
