package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.cache.CacheTierKind;
import dev.knowledgenetwork.operator.core.cache.operation.Cache;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.runtime.act.ActionHandlers;
import dev.knowledgenetwork.operator.runtime.act.ActionRunner;
import dev.knowledgenetwork.operator.runtime.apply.Applier;
import dev.knowledgenetwork.operator.runtime.apply.SecretMinting;
import dev.knowledgenetwork.operator.runtime.health.Leadership;
import dev.knowledgenetwork.operator.runtime.health.Unanswered;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import dev.knowledgenetwork.operator.runtime.kit.Logged;
import dev.knowledgenetwork.operator.runtime.kit.OperatorUnderTest;
import dev.knowledgenetwork.operator.runtime.kube.ChildInformers;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OptionalApis;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.observe.Observers;
import dev.knowledgenetwork.operator.runtime.report.EventRecorder;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.Reporter;
import dev.knowledgenetwork.operator.runtime.secrets.SecretMint;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A fault of the operator's own at one object is told there, and the others go on. */
@ExtendWith(ApiServer.Extension.class)
class FaultIT {

  private static final String FAULTY = "faulty";
  private static final String TOLD = "The operator met a fault of its own at this object.";

  private final KubernetesClient client;
  private final String namespace;
  private volatile boolean mended;

  FaultIT(ApiServer server) {
    client = server.client();
    namespace = server.namespace("fault");
  }

  @Test
  void aFaultReachesStatusEventAndLogAndTheOthersGoOn() {
    OperatorMetrics metrics = new OperatorMetrics(new SimpleMeterRegistry());
    WakeUps wakeUps = new WakeUps();
    OwnWrites writes = new OwnWrites(InstantSource.system());
    try (Logged log = new Logged(KindReconciler.class);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ChildInformers informers = new ChildInformers(client, wakeUps, writes)) {
      informers.start(Duration.ofSeconds(30));
      Primaries primaries = new Primaries();
      LiveView view = new LiveView(informers, primaries, writes);
      Attention attention = attention(primaries, wakeUps);
      OptionalApis apis = new OptionalApis(client, informers, List.of(), () -> {});
      Reconciler<CacheTier> reconciler =
          new FaultyReconciler(
              faulty(),
              new Surroundings<>(view, primaries, apis, new Observers<>(List.of())),
              new Platform(
                  attention,
                  execution(view, writes, metrics, timer),
                  new StatusBoard(
                      new StatusWriter(client),
                      new Reporter(
                          new EventRecorder(client, InstantSource.system(), "test"), metrics),
                      attention),
                  new Teardown(client, writes),
                  metrics,
                  InstantSource.system()));
      Operator operator =
          new Operator(
              sdk ->
                  sdk.withKubernetesClient(client)
                      .withCloseClientOnStop(false)
                      .checkingCRDAndValidateLocalModel(false));
      operator.register(reconciler);
      operator.start();
      attention.open();
      try {
        create(FAULTY);
        await()
            .untilAsserted(() -> assertThat(condition("Reconciling").message()).startsWith(TOLD));
        assertThat(condition("Reconciling").reason()).isEqualTo("InternalError");
        create("sound");
        await().until(() -> isMade("sound"));
        await().untilAsserted(() -> assertThat(warnings()).containsExactly("InternalError"));
        assertThat(log.lines())
            .anyMatch(line -> line.contains("CacheTier/%s/faulty".formatted(namespace)));
        assertThat(isMade(FAULTY)).isFalse();
        mended = true;
        await().until(() -> isMade(FAULTY));
        await().until(() -> !condition("Reconciling").reason().equals("InternalError"));
      } finally {
        operator.stop();
      }
    }
  }

  /** A kind that cannot plan one of its objects, until that is mended. */
  @SuppressWarnings("unchecked") // A proxy of the interface is an instance of it.
  private Kind<CacheTier, CacheTierStatus, Cache> faulty() {
    CacheTierKind kind = new CacheTierKind(OperatorUnderTest.IMAGES);
    return (Kind<CacheTier, CacheTierStatus, Cache>)
        Proxy.newProxyInstance(
            Kind.class.getClassLoader(),
            new Class<?>[] {Kind.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("draft")
                  && ((CacheTier) arguments[0]).getMetadata().getName().equals(FAULTY)
                  && !mended) {
                throw new IllegalStateException("nobody expected this");
              }
              try {
                return method.invoke(kind, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Attention attention(Primaries primaries, WakeUps wakeUps) {
    return new Attention(
        primaries,
        wakeUps,
        new Unanswered(
            new Leadership(InstantSource.system()), owner -> true, InstantSource.system()));
  }

  private Execution execution(
      LiveView view, OwnWrites writes, OperatorMetrics metrics, ScheduledExecutorService timer) {
    SecretMint mint = new SecretMint(new SecureRandom(), InstantSource.system());
    return new Execution(
        new Applier(
            client,
            view,
            writes,
            new SecretMinting(client, view, writes, mint, InstantSource.system())),
        new ActionRunner(
            new ActionHandlers(List.of()),
            metrics,
            InstantSource.system(),
            new ActionRunner.Workers(timer, Map.of()),
            owner -> {}),
        new ClaimBook(Stream::empty));
  }

  private void create(String name) {
    CacheTier tier = new CacheTier();
    tier.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    client.resource(tier).create();
  }

  private boolean isMade(String name) {
    return client.apps().statefulSets().inNamespace(namespace).withName(name + "-valkey").get()
        != null;
  }

  private Condition condition(String type) {
    CacheTier tier =
        client.resources(CacheTier.class).inNamespace(namespace).withName(FAULTY).get();
    return Told.of(tier.getStatus()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no condition " + type + " yet"));
  }

  private Stream<String> warnings() {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getRegarding().getName().equals(FAULTY))
        .filter(event -> event.getType().equals("Warning"))
        .map(event -> event.getReason());
  }

  /** As those of the operator, with short pauses; the Quarkus extension passes it over. */
  @Ignore
  @ControllerConfiguration(
      finalizerName = Annotations.FINALIZER,
      fieldManager = Applier.FIELD_MANAGER,
      triggerReconcilerOnAllEvents = true,
      generationAwareEventProcessing = false,
      informer = @Informer(onUpdateFilter = Relevance.class))
  @GradualRetry(maxAttempts = Pace.RETRY_FOREVER, initialInterval = 200, maxInterval = 1000)
  static final class FaultyReconciler extends KindReconciler<CacheTier, CacheTierStatus, Cache>
      implements Reconciler<CacheTier> {

    FaultyReconciler(
        Kind<CacheTier, CacheTierStatus, Cache> kind,
        Surroundings<CacheTier> surroundings,
        Platform platform) {
      super(kind, surroundings, platform);
    }
  }
}
