package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.runtime.assembly.OperatorRuntime;
import dev.knowledgenetwork.operator.runtime.assembly.Settings;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.DeafWatches;
import dev.knowledgenetwork.operator.runtime.connect.ListeningHttpClient;
import dev.knowledgenetwork.operator.runtime.observe.Poller.PollTimes;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.WriteCounter;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

  private static final Executor EVENTS = task -> Thread.ofVirtual().start(task);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong allowed;
  private final KubernetesClient client;
  private final OperatorRuntime runtime;
  private volatile Consumer<String> beforeWrite = path -> {};

  private OperatorUnderTest(
      Config connection,
      Addresses addresses,
      String namespace,
      Images images,
      long writes,
      Executor events,
      Duration silence) {
    allowed = new AtomicLong(writes);
    OperatorMetrics metrics = new OperatorMetrics(registry);
    WriteCounter counter = new WriteCounter(metrics);
    client =
        new KubernetesClientBuilder()
            .withConfig(connection)
            .withTaskExecutor(events)
            .withHttpClientFactory(
                new ListeningHttpClient.Factory(new DeafWatches(silence, InstantSource.system())))
            .withHttpClientBuilderConsumer(
                builder ->
                    builder
                        .addOrReplaceInterceptor("limit", new Limit())
                        .addOrReplaceInterceptor("write-counter", counter))
            .build();
    runtime =
        new OperatorRuntime(
            client,
            metrics,
            new Settings(
                namespace,
                "test",
                images,
                addresses,
                new PollTimes(Duration.ofMillis(200), Duration.ofMillis(500))),
            InstantSource.system(),
            () -> {});
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

  /** Starts one that may write without limit. */
  public static OperatorUnderTest start(ApiServer server, Addresses addresses, String namespace) {
    return start(server, addresses, namespace, IMAGES);
  }

  /** Starts one with other default images. */
  public static OperatorUnderTest start(
      ApiServer server, Addresses addresses, String namespace, Images images) {
    return new OperatorUnderTest(
        server.config(), addresses, namespace, images, Long.MAX_VALUE, EVENTS, DeafWatches.LIMIT);
  }

  /**
   * Starts one that reaches the API server by another way than the direct one.
   *
   * @param silence how long its watches may be silent
   */
  public static OperatorUnderTest through(
      Config connection, Addresses addresses, String namespace, Duration silence) {
    return new OperatorUnderTest(
        connection, addresses, namespace, IMAGES, Long.MAX_VALUE, EVENTS, silence);
  }

  /** Starts one that hears of changes of objects late. */
  public static OperatorUnderTest lagging(
      ApiServer server, Addresses addresses, String namespace, Duration lag) {
    return new OperatorUnderTest(
        server.config(),
        addresses,
        namespace,
        IMAGES,
        Long.MAX_VALUE,
        CompletableFuture.delayedExecutor(lag.toMillis(), TimeUnit.MILLISECONDS, EVENTS),
        DeafWatches.LIMIT);
  }

  /** Starts one that dies after so many writes. */
  public static OperatorUnderTest dyingAfter(ApiServer server, Addresses addresses, long writes) {
    return new OperatorUnderTest(
        server.config(), addresses, "operator", IMAGES, writes, EVENTS, DeafWatches.LIMIT);
  }

  /** What happens just before each write is sent; it is told the path of the request. */
  public void beforeEachWrite(Consumer<String> action) {
    beforeWrite = action;
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
    return allowed.get() < 0;
  }

  @Override
  public void close() {
    allowed.set(Long.MIN_VALUE / 2);
    runtime.close();
    client.close();
  }

  private final class Limit implements Interceptor {

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (request.method().equals("GET")) {
        return;
      }
      if (allowed.decrementAndGet() < 0) {
        throw new IllegalStateException("killed");
      }
      beforeWrite.accept(request.uri().getPath());
    }
  }
}
