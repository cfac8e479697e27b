package dev.knowledgenetwork.operator.runtime.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices whether the cluster serves {@code monitoring.coreos.com/v1}, also when it is installed or
 * removed while the operator runs. Costs one watch on one object.
 */
public final class ServiceMonitors implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceMonitors.class);
  private static final String DEFINITION = "servicemonitors.monitoring.coreos.com";
  private static final String API = "monitoring.coreos.com/v1";
  private static final String KIND = "ServiceMonitor";
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final ChildInformers informers;
  private final Runnable onChange;
  private final AtomicBoolean served = new AtomicBoolean();
  private @Nullable SharedIndexInformer<CustomResourceDefinition> informer;

  /**
   * Not started yet.
   *
   * @param onChange called, off the caller's thread, when the API appears or goes
   */
  public ServiceMonitors(KubernetesClient client, ChildInformers informers, Runnable onChange) {
    this.client = client;
    this.informers = informers;
    this.onChange = onChange;
  }

  /**
   * Starts watching and waits a moment for the first answer; an API server that refuses the watch
   * is asked again and again.
   */
  public synchronized void start() {
    informer =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(DEFINITION)
            .runnableInformer(0);
    informer.exceptionHandler((isStarted, failure) -> true);
    informer.addEventHandler(new Handler());
    try {
      informer.start().toCompletableFuture().get(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("whether {} is served is not known yet", API);
    }
  }

  /** Whether the API is served now. */
  public boolean served() {
    return served.get();
  }

  private void update(boolean now) {
    if (served.compareAndSet(!now, now)) {
      if (now) {
        informers.watch(
            KIND,
            ChildKind.plain(GenericKubernetesResource.class),
            client
                .genericKubernetesResources(API, KIND)
                .inAnyNamespace()
                .withLabelSelector(ChildInformers.SELECTOR));
      } else {
        informers.unwatch(KIND);
      }
      onChange.run();
    }
  }

  private static boolean established(CustomResourceDefinition definition) {
    return Optional.ofNullable(definition.getStatus())
            .map(CustomResourceDefinitionStatus::getConditions)
            .orElse(List.of())
            .stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"))
        && definition.getSpec().getVersions().stream()
            .anyMatch(version -> version.getName().equals("v1") && version.getServed());
  }

  @Override
  public synchronized void close() {
    if (informer != null) {
      informer.stop();
    }
  }

  private final class Handler implements ResourceEventHandler<CustomResourceDefinition> {

    @Override
    public void onAdd(CustomResourceDefinition definition) {
      update(established(definition));
    }

    @Override
    public void onUpdate(CustomResourceDefinition before, CustomResourceDefinition after) {
      update(established(after));
    }

    @Override
    public void onDelete(CustomResourceDefinition definition, boolean finalStateUnknown) {
      update(false);
    }
  }
}
