package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Reference;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One informer a kind for the whole operator, restricted by label to what the operator made, so
 * that neither memory nor traffic grows with what else lives in the cluster.
 */
public final class ChildInformers implements AutoCloseable {

  /** Selects what the operator made. */
  public static final String SELECTOR = Labels.MANAGED_BY + "=" + Labels.OPERATOR;

  private static final String BY_OWNER = "owner";
  private static final String BY_SERVICE = "service";
  private static final String FOREIGN_SLICES = "EndpointSlice of others";

  private final KubernetesClient client;
  private final WakeUps wakeUps;
  private final OwnWrites writes;
  private final Map<String, SharedIndexInformer<? extends HasMetadata>> informers =
      new ConcurrentHashMap<>();

  /** Informers that are not started yet. */
  public ChildInformers(KubernetesClient client, WakeUps wakeUps, OwnWrites writes) {
    this.client = client;
    this.wakeUps = wakeUps;
    this.writes = writes;
  }

  /**
   * Starts all and waits until each has listed its kind once.
   *
   * @throws IllegalStateException when one has not within the time
   */
  public void start(Duration within) {
    List<CompletableFuture<Void>> started = new ArrayList<>();
    ChildKinds.all().forEach(kind -> started.add(start(HasMetadata.getKind(kind.type()), kind)));
    started.add(start(FOREIGN_SLICES, ChildKinds.foreignSlices()));
    try {
      CompletableFuture.allOf(started.toArray(CompletableFuture[]::new))
          .get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the informers started", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("the informers did not start", e);
    }
  }

  private <T extends HasMetadata> CompletableFuture<Void> start(String name, ChildKind<T> kind) {
    return watch(
        name,
        kind,
        client.resources(kind.type()).inAnyNamespace().withLabelSelector(kind.selector()));
  }

  /** Watches one more kind from now on; used for APIs that appear while the operator runs. */
  <T extends HasMetadata> CompletableFuture<Void> watch(
      String name, ChildKind<T> kind, Informable<T> operation) {
    SharedIndexInformer<T> informer = operation.runnableInformer(0);
    informer.itemStore(new CompactStore<>(kind, client.getKubernetesSerialization()));
    informer.addIndexers(
        Map.of(BY_OWNER, ChildInformers::owners, BY_SERVICE, ChildInformers::services));
    informer.addEventHandler(new Handler<>(kind));
    informer.exceptionHandler((isStarted, failure) -> true);
    informers.put(name, informer);
    return informer.start().toCompletableFuture();
  }

  /** Stops watching a kind whose API has gone. */
  void unwatch(String name) {
    SharedIndexInformer<? extends HasMetadata> informer = informers.remove(name);
    if (informer != null) {
      informer.stop();
    }
  }

  private static List<String> owners(HasMetadata object) {
    return ownersOf(object).map(Owner::toString).toList();
  }

  private static List<String> services(HasMetadata object) {
    return serviceOf(object).map(ChildInformers::key).stream().toList();
  }

  /** The Service whose traffic an EndpointSlice leads somewhere. */
  private static Optional<Reference> serviceOf(HasMetadata object) {
    return object instanceof EndpointSlice slice
        ? Optional.ofNullable(slice.getMetadata().getLabels().get(ChildKinds.SERVICE))
            .map(name -> new Reference("Service", slice.getMetadata().getNamespace(), name))
        : Optional.empty();
  }

  private static String key(Reference reference) {
    return reference.namespace() + "/" + reference.name();
  }

  /** Owners of the object, and of the Service that it is about. */
  private Stream<Owner> concerned(HasMetadata object) {
    return Stream.concat(Stream.of(object), serviceOf(object).flatMap(this::find).stream())
        .flatMap(ChildInformers::ownersOf)
        .distinct();
  }

  private static Stream<Owner> ownersOf(HasMetadata object) {
    return Arrays.stream(OwnerKind.values()).flatMap(kind -> kind.ownerOf(object).stream());
  }

  /** True when every informer has listed its kind and none has stopped for good. */
  public boolean synced() {
    return !informers.isEmpty()
        && informers.values().stream().allMatch(informer -> informer.hasSynced());
  }

  /** All children that name this owner, as the informers know them. */
  Stream<HasMetadata> childrenOf(Owner owner) {
    return informers.values().stream()
        .flatMap(informer -> informer.getIndexer().byIndex(BY_OWNER, owner.toString()).stream());
  }

  /** The EndpointSlices that others made for a Service. */
  Stream<? extends HasMetadata> foreignSlices(Reference service) {
    SharedIndexInformer<? extends HasMetadata> informer = informers.get(FOREIGN_SLICES);
    return informer == null
        ? Stream.empty()
        : informer.getIndexer().byIndex(BY_SERVICE, key(service)).stream();
  }

  /** One child, where the informers know it. */
  Optional<HasMetadata> find(Reference reference) {
    SharedIndexInformer<? extends HasMetadata> informer = informers.get(reference.kind());
    return Optional.ofNullable(
        informer == null ? null : informer.getStore().getByKey(key(reference)));
  }

  @Override
  public void close() {
    informers.values().forEach(SharedIndexInformer::stop);
  }

  private final class Handler<T extends HasMetadata> implements ResourceEventHandler<T> {

    private final ChildKind<T> kind;

    Handler(ChildKind<T> kind) {
      this.kind = kind;
    }

    @Override
    public void onAdd(T object) {
      writes.seen(object);
      concerned(object).forEach(wakeUps::wake);
    }

    @Override
    public void onUpdate(T before, T after) {
      writes.seen(after);
      if (kind.matters().test(before, after)) {
        concerned(before).forEach(wakeUps::wake);
        concerned(after).forEach(wakeUps::wake);
      }
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      if (finalStateUnknown) {
        writes.forget(Reference.of(object));
      } else {
        writes.seen(object);
      }
      concerned(object).forEach(wakeUps::wake);
    }
  }
}
