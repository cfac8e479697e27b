package dev.knowledgenetwork.operator.runtime.kube;

import dev.knowledgenetwork.operator.core.plan.OptionalApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which optional APIs the cluster serves, also when one is installed or removed while the operator
 * runs; what we made of one is watched as long as it is served. Costs one watch on one object for
 * each API. A new API is a constant beside its feature and a line in a list.
 */
public final class OptionalApis implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OptionalApis.class);
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final ChildInformers informers;
  private final List<OptionalApi> known;
  private final Runnable onChange;
  private final Set<OptionalApi> served = ConcurrentHashMap.newKeySet();
  private final List<SharedIndexInformer<CustomResourceDefinition>> watches = new ArrayList<>();

  /**
   * Not started yet.
   *
   * @param onChange called, off the caller's thread, when an API comes or goes
   */
  public OptionalApis(
      KubernetesClient client,
      ChildInformers informers,
      List<OptionalApi> known,
      Runnable onChange) {
    this.client = client;
    this.informers = informers;
    this.known = List.copyOf(known);
    this.onChange = onChange;
  }

  /**
   * Starts watching and waits a moment for the first answers; an API server that refuses a watch is
   * asked again and again.
   */
  public synchronized void start() {
    List<CompletableFuture<Void>> first = known.stream().map(this::watch).toList();
    try {
      CompletableFuture.allOf(first.toArray(CompletableFuture[]::new))
          .get(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("which optional APIs are served is not known yet");
    }
  }

  private CompletableFuture<Void> watch(OptionalApi api) {
    SharedIndexInformer<CustomResourceDefinition> watch =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(api.definition())
            .runnableInformer(0);
    watch.exceptionHandler((isStarted, failure) -> true);
    watch.addEventHandler(new Handler(api));
    watches.add(watch);
    return watch.start().toCompletableFuture();
  }

  /** Those that are served now. */
  public Set<OptionalApi> served() {
    return Set.copyOf(served);
  }

  private void update(OptionalApi api, boolean now) {
    boolean changed = now ? served.add(api) : served.remove(api);
    if (!changed) {
      return;
    }
    LOG.info("{} {} is {}", api.apiVersion(), api.kind(), now ? "served" : "not served any more");
    if (now) {
      informers.watch(
          api.kind(),
          ChildKind.plain(GenericKubernetesResource.class),
          client
              .genericKubernetesResources(context(api))
              .inAnyNamespace()
              .withLabelSelector(ChildInformers.SELECTOR));
    } else {
      informers.unwatch(api.kind());
    }
    onChange.run();
  }

  /** Not asked of discovery, which may lag behind a definition that is served already. */
  private static ResourceDefinitionContext context(OptionalApi api) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(api.group())
        .withVersion(api.version())
        .withKind(api.kind())
        .withPlural(api.plural())
        .withNamespaced(true)
        .build();
  }

  private static boolean serves(CustomResourceDefinition definition, OptionalApi api) {
    return Optional.ofNullable(definition.getStatus())
            .map(CustomResourceDefinitionStatus::getConditions)
            .orElse(List.of())
            .stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"))
        && definition.getSpec().getVersions().stream()
            .anyMatch(version -> version.getName().equals(api.version()) && version.getServed());
  }

  @Override
  public synchronized void close() {
    watches.forEach(SharedIndexInformer::stop);
  }

  private final class Handler implements ResourceEventHandler<CustomResourceDefinition> {

    private final OptionalApi api;

    Handler(OptionalApi api) {
      this.api = api;
    }

    @Override
    public void onAdd(CustomResourceDefinition definition) {
      update(api, serves(definition, api));
    }

    @Override
    public void onUpdate(CustomResourceDefinition before, CustomResourceDefinition after) {
      update(api, serves(after, api));
    }

    @Override
    public void onDelete(CustomResourceDefinition definition, boolean finalStateUnknown) {
      update(api, false);
    }
  }
}
