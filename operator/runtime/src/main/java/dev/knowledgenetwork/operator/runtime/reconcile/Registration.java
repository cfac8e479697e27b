package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.function.Consumer;

/** Connects a controller with the operator's shared sources, before it starts. */
public record Registration(Primaries primaries, WakeUps wakeUps) {

  /**
   * Shares the controller's cache and gives it its one event source.
   *
   * @param onChange told of every change of a primary, also of its status
   */
  <P extends HasMetadata> List<EventSource<?, P>> connect(
      OwnerKind kind, EventSourceContext<P> context, Consumer<P> onChange) {
    primaries.register(kind, context.getPrimaryCache());
    return List.of(new WakeSource<>(kind, wakeUps, onChange));
  }
}
