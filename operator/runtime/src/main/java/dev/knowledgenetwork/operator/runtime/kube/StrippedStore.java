package dev.knowledgenetwork.operator.runtime.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.function.UnaryOperator;

/** Keeps objects without what nobody reads: memory is what bounds a cluster-wide cache. */
final class StrippedStore<T extends HasMetadata> extends BasicItemStore<T> {

  private final UnaryOperator<T> strip;

  StrippedStore(UnaryOperator<T> strip) {
    super(Cache::metaNamespaceKeyFunc);
    this.strip = strip;
  }

  @Override
  public T put(String key, T object) {
    object.getMetadata().setManagedFields(List.of());
    return super.put(key, strip.apply(object));
  }
}
