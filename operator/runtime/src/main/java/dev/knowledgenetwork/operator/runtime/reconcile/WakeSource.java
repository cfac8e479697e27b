package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Feeds the framework from the operator's own shared sources: informers, pollers, actions. Also
 * passes on, to whoever looks up to it, that a primary changed.
 */
final class WakeSource<P extends HasMetadata> extends AbstractEventSource<Void, P>
    implements ResourceEventAware<P> {

  private final Consumer<P> onChange;

  WakeSource(OwnerKind kind, WakeUps wakeUps, Consumer<P> onChange) {
    super(Void.class, "wake-ups");
    this.onChange = onChange;
    wakeUps.listen(kind, this::wake);
  }

  private void wake(Owner owner) {
    if (isRunning()) {
      getEventHandler().handleEvent(new Event(owner.id()));
    }
  }

  @Override
  public Set<Void> getSecondaryResources(P primary) {
    return Set.of();
  }

  @Override
  public void onResourceCreated(P resource) {
    onChange.accept(resource);
  }

  @Override
  public void onResourceUpdated(P now, P before) {
    onChange.accept(now);
  }

  @Override
  public void onResourceDeleted(P resource) {
    onChange.accept(resource);
  }
}
