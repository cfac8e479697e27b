package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** In which namespaces something happens: who looks there again and again need not, else. */
final class Activity implements AutoCloseable {

  private final Map<String, Long> changes = new ConcurrentHashMap<>();
  private final List<? extends SharedIndexInformer<?>> informers;

  Activity(KubernetesClient client) {
    informers = Kinds.ALL.stream().map(kind -> follow(client.resources(kind))).toList();
  }

  /** How many changes were heard of there. One may be heard of some moments late. */
  long in(String namespace) {
    return changes.getOrDefault(namespace, 0L);
  }

  private <T extends HasMetadata> SharedIndexInformer<T> follow(MixedOperation<T, ?, ?> all) {
    return all.inAnyNamespace()
        .inform(
            new ResourceEventHandler<T>() {
              @Override
              public void onAdd(T made) {
                heard(made);
              }

              @Override
              public void onUpdate(T before, T after) {
                heard(after);
              }

              @Override
              public void onDelete(T gone, boolean lastStateUnknown) {
                heard(gone);
              }
            });
  }

  private void heard(HasMetadata changed) {
    changes.merge(changed.getMetadata().getNamespace(), 1L, Long::sum);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
