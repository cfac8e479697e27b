package dev.knowledgenetwork.operator.runtime.kit;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Every version of every object of some kinds in one namespace, in the order in which the API
 * server took them: versions of all kinds are numbers of one sequence.
 */
public final class History implements AutoCloseable {

  private final KubernetesClient client;
  private final String namespace;
  private final List<Class<? extends HasMetadata>> kinds;
  private final NavigableMap<Long, Entry> entries = new ConcurrentSkipListMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<Throwable> gaps = new CopyOnWriteArrayList<>();

  /**
   * What is there now is the beginning.
   *
   * @param kinds that are watched
   */
  public History(
      KubernetesClient client, String namespace, List<Class<? extends HasMetadata>> kinds) {
    this.client = client;
    this.namespace = namespace;
    this.kinds = List.copyOf(kinds);
    kinds.forEach(this::watch);
  }

  /**
   * One version of an object.
   *
   * @param deleted it is gone with it
   */
  public record Entry(HasMetadata object, boolean deleted) {

    long version() {
      return Long.parseLong(object.getMetadata().getResourceVersion());
    }
  }

  private <T extends HasMetadata> void watch(Class<T> kind) {
    var resources = client.resources(kind).inNamespace(namespace);
    var beginning = resources.list();
    beginning.getItems().forEach(object -> add(new Entry(object, false)));
    watches.add(
        resources
            .withResourceVersion(beginning.getMetadata().getResourceVersion())
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, T object) {
                    if (action != Action.BOOKMARK && action != Action.ERROR) {
                      add(new Entry(object, action == Action.DELETED));
                    }
                  }

                  @Override
                  public void onClose(WatcherException cause) {
                    gaps.add(cause);
                  }
                }));
  }

  private void add(Entry entry) {
    entries.put(entry.version(), entry);
  }

  /**
   * All until now, in their order; waits until what the API server has now is among them.
   *
   * @throws IllegalStateException when a watch ended, so that something may be missing
   */
  public List<Entry> entries() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                kinds.stream()
                    .flatMap(
                        kind ->
                            client
                                .resources(kind)
                                .inNamespace(namespace)
                                .list()
                                .getItems()
                                .stream())
                    .allMatch(object -> entries.containsKey(new Entry(object, false).version())));
    if (!gaps.isEmpty()) {
      throw new IllegalStateException("a watch ended", gaps.getFirst());
    }
    return List.copyOf(entries.values());
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
