package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.List;

/** Every version of the custom objects of a namespace, in the order in which they were stored. */
public final class History implements AutoCloseable {

  private final List<GenericKubernetesResource> versions = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();

  private History() {}

  /** Begins to record these kinds; what exists already is recorded as it is now. */
  public static History watch(Cluster cluster, String namespace, List<String> kinds) {
    History history = new History();
    for (String kind : kinds) {
      history.watches.add(
          cluster
              .client()
              .genericKubernetesResources(Cluster.context(kind))
              .inNamespace(namespace)
              .watch(history.recorder()));
    }
    return history;
  }

  private Watcher<GenericKubernetesResource> recorder() {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, GenericKubernetesResource object) {
        synchronized (versions) {
          versions.add(object);
        }
      }

      @Override
      public void onClose(WatcherException cause) {
        // A gap in the record shows as a missing version, and the test fails on that.
      }
    };
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
    watches.forEach(Watch::close);
  }
}
