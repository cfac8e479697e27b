package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;

/** The versions of the custom objects of a namespace, in the order in which they were stored. */
public final class History implements AutoCloseable {

  private final List<GenericKubernetesResource> versions = new ArrayList<>();
  private final List<SharedIndexInformer<GenericKubernetesResource>> informers = new ArrayList<>();

  private History() {}

  /** Begins to record these kinds; what exists already is recorded as it is now. */
  public static History watch(Cluster cluster, String namespace, List<String> kinds) {
    History history = new History();
    for (String kind : kinds) {
      history.informers.add(
          cluster
              .client()
              .genericKubernetesResources(Cluster.context(kind))
              .inNamespace(namespace)
              .inform(history.recorder()));
    }
    return history;
  }

  private ResourceEventHandler<GenericKubernetesResource> recorder() {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(GenericKubernetesResource object) {
        record(object);
      }

      @Override
      public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
        record(object);
      }

      @Override
      public void onDelete(GenericKubernetesResource object, boolean unknown) {
        record(object);
      }
    };
  }

  private void record(GenericKubernetesResource version) {
    synchronized (versions) {
      versions.add(version);
    }
  }

  /** The recorded versions of a kind, oldest first. */
  public List<GenericKubernetesResource> of(String kind) {
    synchronized (versions) {
      return versions.stream().filter(version -> version.getKind().equals(kind)).toList();
    }
  }

  /** Forgets what was recorded so far. */
  public void clear() {
    synchronized (versions) {
      versions.clear();
    }
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
