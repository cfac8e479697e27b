package dev.knowledgenetwork.operator.runtime.kube;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where everything that notices a change says which owner should be looked at. Invariant: the
 * listeners are registered while the operator is put together and never change afterwards; a wake
 * before its kind has a listener is dropped, because every owner is reconciled at start anyway.
 */
public final class WakeUps {

  private final Map<OwnerKind, Consumer<Owner>> listeners = new EnumMap<>(OwnerKind.class);

  /** Sends the wakes of one kind there. */
  public synchronized void listen(OwnerKind kind, Consumer<Owner> listener) {
    listeners.put(kind, listener);
  }

  /** Asks for a reconciliation; cheap, may be called from any thread. */
  public void wake(Owner owner) {
    Consumer<Owner> listener;
    synchronized (this) {
      listener = listeners.get(owner.kind());
    }
    if (listener != null) {
      listener.accept(owner);
    }
  }
}
