package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.DeafWatches;
import dev.knowledgenetwork.operator.runtime.connect.ListeningHttpClient;
import dev.knowledgenetwork.operator.runtime.kube.TolerantReading;
import dev.knowledgenetwork.operator.runtime.observe.Poller;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.WriteCounter;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.InformerStoppedHandler;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** What the Quarkus Operator SDK builds on, and the operator that comes of both. */
@Singleton
class OperatorBeans {

  @Produces
  @Singleton
  OperatorMetrics meters(MeterRegistry registry) {
    return new OperatorMetrics(registry);
  }

  /**
   * Counts its writes and finds its deaf watches; its name shows as manager of what is not written
   * by server-side apply.
   */
  @Produces
  @Singleton
  KubernetesClient client(Config connection, OperatorMetrics metrics) {
    WriteCounter counter = new WriteCounter(metrics);
    DeafWatches watches = new DeafWatches(DeafWatches.LIMIT, InstantSource.system());
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(connection).withUserAgent(Labels.OPERATOR + "/1").build())
        .withKubernetesSerialization(TolerantReading.serialization())
        .withHttpClientFactory(new ListeningHttpClient.Factory(watches))
        .withHttpClientBuilderConsumer(
            builder -> builder.addOrReplaceInterceptor("write-counter", counter))
        .build();
  }

  void close(@Disposes KubernetesClient client) {
    client.close();
  }

  @Produces
  @Singleton
  OperatorRuntime runtime(KubernetesClient client, OperatorMetrics metrics, OperatorConfig config) {
    String namespace =
        config
            .namespace()
            .or(() -> Optional.ofNullable(client.getNamespace()))
            .orElseThrow(
                () -> new IllegalStateException("the operator's own namespace is unknown"));
    Settings settings =
        new Settings(
            namespace,
            config.instance().orElseGet(() -> UUID.randomUUID().toString()),
            new Images(
                image("RELATED_IMAGE_POSTGRES_17", config.images().postgres17()),
                image("RELATED_IMAGE_POOLER", config.images().pooler()),
                image("RELATED_IMAGE_VALKEY", config.images().valkey()),
                image("RELATED_IMAGE_APP", config.images().app()),
                new Cluster(
                    namespace, config.apiServerPorts(), config.dnsPorts(), config.openshift())),
            Addresses.inCluster(),
            Poller.PollTimes.standard());
    return new OperatorRuntime(
        client,
        metrics,
        settings,
        InstantSource.system(),
        // No orderly end: its last steps would be taken while another process leads.
        () -> Runtime.getRuntime().halt(1));
  }

  private static String image(String variable, Optional<String> reference) {
    return reference
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The environment variable "
                        + variable
                        + " is not set. It names an image that the operator makes pods of; the"
                        + " chart sets it from its value images."));
  }

  @Produces
  @Singleton
  LeaderElectionConfiguration leaderElection(OperatorRuntime runtime) {
    return runtime.leaderElection();
  }

  /** The SDK's own meters carry names of objects; what the operator measures is bounded. */
  @Produces
  @Singleton
  Metrics metrics() {
    return Metrics.NOOP;
  }

  /** A watch that ended for good leaves a controller deaf; another process starts afresh. */
  @Produces
  @Singleton
  @Unremovable
  InformerStoppedHandler informerStopped() {
    return (informer, failure) -> {
      if (failure != null && informer.hasSynced()) {
        Quarkus.asyncExit(1);
      }
    };
  }

  @Produces
  @Singleton
  Operator operator(OperatorRuntime runtime, QuarkusConfigurationService service) {
    Operator operator = new Operator(service);
    for (Reconciler<? extends HasMetadata> reconciler : runtime.reconcilers()) {
      register(reconciler, operator, service);
    }
    return operator;
  }

  private static <P extends HasMetadata> void register(
      Reconciler<P> reconciler, Operator operator, QuarkusConfigurationService service) {
    operator.register(reconciler, AnnotatedConfiguration.of(reconciler, service));
  }
}
