package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.runtime.assembly.OperatorRuntime;
import dev.knowledgenetwork.operator.runtime.assembly.Settings;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.DeafWatches;
import dev.knowledgenetwork.operator.runtime.connect.ListeningHttpClient;
import dev.knowledgenetwork.operator.runtime.kube.TolerantReading;
import dev.knowledgenetwork.operator.runtime.observe.Poller.PollTimes;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.WriteCounter;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * The operator as it runs in production, but in this process and without Quarkus and leader
 * election (the SDK reads the reconcilers' annotations itself), with quick polls, and with a limit
 * on its writes: after the last one that is allowed every further write fails before it is sent, as
 * if the process had been killed there.
 */
public final class OperatorUnderTest implements AutoCloseable {

  /** Images that no test pulls. */
  public static final Images IMAGES =
      new Images("kn.local/postgres:1", "kn.local/pooler:1", "kn.local/valkey:1", "kn.local/app:1");

  private static final String INSTANCE = "test";
  private static final PollTimes QUICK =
      new PollTimes(Duration.ofMillis(200), Duration.ofMillis(500));

  private static final Executor EVENTS = task -> Thread.ofVirtual().start(task);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Lifespan lifespan;
  private final ListeningHttpClient.Factory http;
  private final KubernetesClient client;
  private final OperatorRuntime runtime;

  private OperatorUnderTest(
      Config connection, Settings settings, Lifespan lifespan, Executor events, Duration silence) {
    this.lifespan = lifespan;
    http = new ListeningHttpClient.Factory(new DeafWatches(silence, InstantSource.system()));
    OperatorMetrics metrics = new OperatorMetrics(registry);
    WriteCounter counter = new WriteCounter(metrics);
    client =
        new KubernetesClientBuilder()
            .withConfig(connection)
            .withTaskExecutor(events)
            .withKubernetesSerialization(TolerantReading.serialization())
            .withHttpClientFactory(http)
            .withHttpClientBuilderConsumer(
                builder ->
                    builder
                        .addOrReplaceInterceptor("lifespan", lifespan)
                        .addOrReplaceInterceptor("write-counter", counter))
            .build();
    runtime = new OperatorRuntime(client, metrics, settings, InstantSource.system(), () -> {});
    Operator operator =
        new Operator(
            sdk ->
                sdk.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .checkingCRDAndValidateLocalModel(false)
                    .withConcurrentReconciliationThreads(4));
    runtime.reconcilers().forEach(reconciler -> operator.register(reconciler));
    runtime.start(operator);
  }

  private static Settings quick(Addresses addresses, String namespace) {
    return new Settings(namespace, INSTANCE, IMAGES, addresses, QUICK);
  }

  /** Starts one that may write without limit. */
  public static OperatorUnderTest start(ApiServer server, Addresses addresses, String namespace) {
    return start(server, addresses, namespace, IMAGES);
  }

  /** Starts one with other default images. */
  public static OperatorUnderTest start(
      ApiServer server, Addresses addresses, String namespace, Images images) {
    return new OperatorUnderTest(
        server.config(),
        new Settings(namespace, INSTANCE, images, addresses, QUICK),
        Lifespan.unlimited(),
        EVENTS,
        DeafWatches.LIMIT);
  }

  /**
   * Starts one that reaches the API server by another way than the direct one.
   *
   * @param silence how long its watches may be silent
   */
  public static OperatorUnderTest through(
      Config connection, Addresses addresses, String namespace, Duration silence) {
    return new OperatorUnderTest(
        connection, quick(addresses, namespace), Lifespan.unlimited(), EVENTS, silence);
  }

  /** Starts one that polls no more often than in production. */
  public static OperatorUnderTest unhurried(ApiServer server, Addresses addresses) {
    return new OperatorUnderTest(
        server.config(),
        new Settings("operator", INSTANCE, IMAGES, addresses, PollTimes.standard()),
        Lifespan.unlimited(),
        EVENTS,
        DeafWatches.LIMIT);
  }

  /** Starts one that hears of changes of objects late. */
  public static OperatorUnderTest lagging(
      ApiServer server, Addresses addresses, String namespace, Duration lag) {
    return new OperatorUnderTest(
        server.config(),
        quick(addresses, namespace),
        Lifespan.unlimited(),
        CompletableFuture.delayedExecutor(lag.toMillis(), TimeUnit.MILLISECONDS, EVENTS),
        DeafWatches.LIMIT);
  }

  /** Starts one that dies after so many writes. */
  public static OperatorUnderTest dyingAfter(ApiServer server, Addresses addresses, long writes) {
    return new OperatorUnderTest(
        server.config(),
        quick(addresses, "operator"),
        Lifespan.ofWrites(writes),
        EVENTS,
        DeafWatches.LIMIT);
  }

  /** Starts one that dies in each of these namespaces when its switch says so. */
  public static OperatorUnderTest dyingBy(
      ApiServer server, Addresses addresses, Map<String, KillSwitch> switches) {
    return new OperatorUnderTest(
        server.config(),
        quick(addresses, "operator"),
        Lifespan.by(switches),
        EVENTS,
        DeafWatches.LIMIT);
  }

  /** What happens just before each write is sent; it is told the path of the request. */
  public void beforeEachWrite(Consumer<String> action) {
    lifespan.beforeEachWrite(action);
  }

  /** All writes so far, by verb and resource. */
  public Map<String, Long> writes() {
    Map<String, Long> writes = new TreeMap<>();
    for (Counter counter : registry.find("kn.operator.api.writes").counters()) {
      writes.put(
          counter.getId().getTag("verb") + " " + counter.getId().getTag("resource"),
          (long) counter.count());
    }
    return writes;
  }

  /**
   * Waits until nothing was written for a while.
   *
   * @param quiet how long nothing is written
   * @param atMost how long that may take to come
   */
  public void awaitQuiet(Duration quiet, Duration atMost) {
    Awaitility.await().atMost(atMost).during(quiet).until(new WritesUnchanged(this::writes));
  }

  /** Number of reconciliations so far. */
  public long reconciliations() {
    return registry.find("kn.operator.reconciliations").timers().stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }

  /** Its meters. */
  public SimpleMeterRegistry registry() {
    return registry;
  }

  /** The operator itself. */
  public OperatorRuntime runtime() {
    return runtime;
  }

  /** Whether it has been stopped by its limit. */
  public boolean dead() {
    return lifespan.isOver();
  }

  @Override
  public void close() {
    lifespan.end();
    runtime.close();
    client.close();
    try {
      http.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
