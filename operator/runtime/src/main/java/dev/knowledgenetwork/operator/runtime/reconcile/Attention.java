package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.runtime.health.Unanswered;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What an object is reconciled for: its own changes, what the shared sources notice, and changes of
 * the objects that it refers to. Invariant: all kinds are known before the first controller starts.
 */
public final class Attention {

  private final Primaries primaries;
  private final WakeUps wakeUps;
  private final Unanswered unanswered;
  private final AtomicInteger passes = new AtomicInteger();
  private volatile boolean open;
  private final Map<OwnerKind, Related> related = new EnumMap<>(OwnerKind.class);

  /** Knows no kind yet. */
  public Attention(Primaries primaries, WakeUps wakeUps, Unanswered unanswered) {
    this.primaries = primaries;
    this.wakeUps = wakeUps;
    this.unanswered = unanswered;
  }

  private interface Related {
    boolean refersTo(HasMetadata object, Owner changed);

    boolean uses(HasMetadata object, Owner used);
  }

  /** Makes known to what objects of a kind refer. */
  synchronized <P extends CustomResource<?, ?>> void know(OwnerKind owner, Kind<P, ?, ?> kind) {
    related.put(
        owner,
        new Related() {
          @Override
          public boolean refersTo(HasMetadata object, Owner changed) {
            return KnObject.unreadable(object).isEmpty()
                && kind.related(kind.type().cast(object)).contains(changed.target());
          }

          @Override
          public boolean uses(HasMetadata object, Owner used) {
            return kind.uses(kind.type().cast(object), used.target());
          }
        });
  }

  /** Shares the controller's cache and gives it its one event source. */
  <P extends HasMetadata> List<EventSource<?, P>> connect(
      OwnerKind kind, EventSourceContext<P> context) {
    primaries.register(kind, context.getPrimaryCache());
    return List.of(new WakeSource<>(kind, wakeUps, unanswered, this::changed));
  }

  /**
   * The objects of all kinds are known: nobody takes one that is still to be listed for missing.
   */
  public void open() {
    open = true;
  }

  /** Whether reconciling makes sense yet. */
  boolean isOpen() {
    return open;
  }

  /** A reconciliation begins. */
  void begins(Owner owner) {
    passes.incrementAndGet();
    unanswered.answered(owner);
  }

  /** A reconciliation has ended. */
  void ends() {
    passes.decrementAndGet();
  }

  /** Whether no reconciliation is under way. */
  public boolean isIdle() {
    return passes.get() == 0;
  }

  /** Wakes the objects that refer to one that changed. */
  void changed(Owner changed) {
    related.forEach(
        (kind, relation) ->
            beside(kind, changed)
                .filter(object -> relation.refersTo(object, changed))
                .forEach(object -> wakeUps.wake(Owner.of(kind, object))));
  }

  /** The objects that use, or may use, one that others made, and are not to be deleted. */
  Stream<Owner> users(Owner used) {
    return related.entrySet().stream()
        .flatMap(
            entry ->
                beside(entry.getKey(), used)
                    .filter(object -> !object.isMarkedForDeletion())
                    .filter(object -> entry.getValue().uses(object, used))
                    .map(object -> Owner.of(entry.getKey(), object)));
  }

  /** Whether this version understands that object. */
  boolean isReadable(Owner owner) {
    return primaries.get(owner).flatMap(KnObject::unreadable).isEmpty();
  }

  private Stream<HasMetadata> beside(OwnerKind kind, Owner other) {
    return primaries
        .all(kind)
        .map(HasMetadata.class::cast)
        .filter(object -> object.getMetadata().getNamespace().equals(other.namespace()));
  }
}
