package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.runtime.health.Unanswered;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the framework from the operator's own shared sources: informers, pollers, actions. Also
 * passes on, to whoever refers to it, that a primary changed.
 */
final class WakeSource<P extends HasMetadata> extends AbstractEventSource<Void, P>
    implements ResourceEventAware<P> {

  private final OwnerKind kind;
  private final Unanswered unanswered;
  private final Consumer<Owner> onChange;
  private final Relevance relevance = new Relevance();

  WakeSource(OwnerKind kind, WakeUps wakeUps, Unanswered unanswered, Consumer<Owner> onChange) {
    super(Void.class, "wake-ups");
    this.kind = kind;
    this.unanswered = unanswered;
    this.onChange = onChange;
    wakeUps.listen(kind, this::wake);
  }

  private void wake(Owner owner) {
    if (isRunning()) {
      unanswered.asked(owner);
      getEventHandler().handleEvent(new Event(owner.id()));
    }
  }

  @Override
  public Set<Void> getSecondaryResources(P primary) {
    return Set.of();
  }

  @Override
  public void onResourceCreated(P resource) {
    changed(resource, true);
  }

  @Override
  public void onResourceUpdated(P now, P before) {
    boolean relevant = relevance.accept(now, before);
    changed(now, relevant);
    if (!relevant && !Objects.equals(status(now), status(before))) {
      // The framework keeps our own writes from us: somebody else has written what we say.
      wake(Owner.of(kind, now));
    }
  }

  private static @Nullable Object status(HasMetadata object) {
    return object instanceof CustomResource<?, ?> resource ? resource.getStatus() : null;
  }

  @Override
  public void onResourceDeleted(P resource) {
    changed(resource, true);
  }

  private void changed(P resource, boolean reconciled) {
    Owner owner = Owner.of(kind, resource);
    if (reconciled && isRunning()) {
      unanswered.asked(owner);
    }
    onChange.accept(owner);
  }
}
