package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.runtime.health.OperatorState;
import dev.knowledgenetwork.operator.runtime.observe.Addresses;
import dev.knowledgenetwork.operator.runtime.observe.Poller;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.WriteCounter;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Starts and stops the operator with its process. */
@ApplicationScoped
class OperatorProcess {

  private final OperatorConfig config;
  private final Config connection;
  private final MeterRegistry registry;
  private final OperatorState state;
  private @Nullable KubernetesClient client;
  private @Nullable OperatorRuntime runtime;

  OperatorProcess(
      OperatorConfig config, Config connection, MeterRegistry registry, OperatorState state) {
    this.config = config;
    this.connection = connection;
    this.registry = registry;
    this.state = state;
  }

  void start(@Observes StartupEvent event) {
    Images images =
        new Images(
            image("RELATED_IMAGE_POSTGRES_17", config.images().postgres17()),
            image("RELATED_IMAGE_POOLER", config.images().pooler()),
            image("RELATED_IMAGE_VALKEY", config.images().valkey()),
            image("RELATED_IMAGE_APP", config.images().app()));
    OperatorMetrics metrics = new OperatorMetrics(registry);
    WriteCounter counter = new WriteCounter(metrics);
    KubernetesClient counted =
        new KubernetesClientBuilder()
            .withConfig(named(connection))
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("write-counter", counter))
            .build();
    client = counted;
    OperatorRuntime started =
        new OperatorRuntime(
            counted,
            metrics,
            new Settings(
                config
                    .namespace()
                    .or(() -> Optional.ofNullable(connection.getNamespace()))
                    .orElseThrow(
                        () -> new IllegalStateException("the operator's own namespace is unknown")),
                config.instance().orElseGet(() -> UUID.randomUUID().toString()),
                images,
                Addresses.inCluster(),
                Poller.PollTimes.standard(),
                config.threads(),
                config.leaderElection()),
            InstantSource.system(),
            // No orderly end: its last steps would be taken while another process leads.
            () -> Runtime.getRuntime().halt(1));
    runtime = started;
    started.start();
    state.running(started);
  }

  void stop(@Observes ShutdownEvent event) {
    if (runtime != null) {
      runtime.close();
    }
    if (client != null) {
      client.close();
    }
  }

  /** The name shows as manager of what is not written by server-side apply. */
  private static Config named(Config connection) {
    return new ConfigBuilder(connection).withUserAgent(Labels.OPERATOR + "/1").build();
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
}
