package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.runtime.act.ActionRunner;
import dev.knowledgenetwork.operator.runtime.act.Actions;
import dev.knowledgenetwork.operator.runtime.apply.Applier;
import dev.knowledgenetwork.operator.runtime.apply.SecretMinting;
import dev.knowledgenetwork.operator.runtime.health.Canary;
import dev.knowledgenetwork.operator.runtime.health.Leadership;
import dev.knowledgenetwork.operator.runtime.health.OperatorState;
import dev.knowledgenetwork.operator.runtime.kube.ChildInformers;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.ServiceMonitors;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.observe.CacheProber;
import dev.knowledgenetwork.operator.runtime.observe.DatabaseProbe;
import dev.knowledgenetwork.operator.runtime.observe.Databases;
import dev.knowledgenetwork.operator.runtime.observe.ForeignSecrets;
import dev.knowledgenetwork.operator.runtime.observe.PatroniClient;
import dev.knowledgenetwork.operator.runtime.observe.PatroniProbe;
import dev.knowledgenetwork.operator.runtime.observe.Poller;
import dev.knowledgenetwork.operator.runtime.reconcile.CacheTierReconciler;
import dev.knowledgenetwork.operator.runtime.reconcile.CacheTierSubject;
import dev.knowledgenetwork.operator.runtime.reconcile.Controllers;
import dev.knowledgenetwork.operator.runtime.reconcile.Dependents;
import dev.knowledgenetwork.operator.runtime.reconcile.NetworkReconciler;
import dev.knowledgenetwork.operator.runtime.reconcile.NetworkSubject;
import dev.knowledgenetwork.operator.runtime.reconcile.Registration;
import dev.knowledgenetwork.operator.runtime.reconcile.ShardSetCleanup;
import dev.knowledgenetwork.operator.runtime.reconcile.ShardSetReconciler;
import dev.knowledgenetwork.operator.runtime.reconcile.ShardSetSubject;
import dev.knowledgenetwork.operator.runtime.reconcile.Tools;
import dev.knowledgenetwork.operator.runtime.report.EventRecorder;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.Reporter;
import dev.knowledgenetwork.operator.runtime.secrets.SecretMint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.lettuce.core.resource.ClientResources;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole operator, put together by hand: the same in production and in tests, where several can
 * live in one process. Invariant: the shared informers have synced before any controller starts, so
 * no reconciliation ever takes an empty cache for an empty cluster.
 */
public final class OperatorRuntime implements AutoCloseable, OperatorState.Probed {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorRuntime.class);

  private final KubernetesClient client;
  private final Settings settings;
  private final Runnable onLeadershipLost;
  private final OperatorThreads threads = new OperatorThreads();
  private final ClientResources redis = CacheProber.threads();
  private final ChildInformers informers;
  private final ServiceMonitors serviceMonitors;
  private final Leadership leadership;
  private final Canary canary;
  private final Operator operator;
  private final AtomicBoolean started = new AtomicBoolean();

  /**
   * Connects everything and starts nothing.
   *
   * @param client counts its writes into the same metrics; closed by the caller
   * @param onLeadershipLost must end this process at once: another one may lead already
   */
  public OperatorRuntime(
      KubernetesClient client,
      OperatorMetrics metrics,
      Settings settings,
      InstantSource clock,
      Runnable onLeadershipLost) {
    this.client = client;
    this.settings = settings;
    this.onLeadershipLost = onLeadershipLost;
    WakeUps wakeUps = new WakeUps();
    OwnWrites writes = new OwnWrites(clock);
    Primaries primaries = new Primaries();
    informers = new ChildInformers(client, wakeUps, writes);
    serviceMonitors =
        new ServiceMonitors(client, informers, () -> wakeNetworks(primaries, wakeUps));
    leadership = new Leadership(clock);
    canary = new Canary(settings.namespace(), primaries, wakeUps, leadership, clock);
    LiveView view = new LiveView(informers, primaries, writes);
    SecureRandom random = new SecureRandom();
    Databases databases = new Databases(view, settings.addresses());
    PatroniClient patroni = new PatroniClient(view, settings.addresses());
    Pollers pollers = new Pollers(metrics, wakeUps, settings, threads);
    var patroniPoller = pollers.of("patroni", new PatroniProbe(patroni));
    var databasePoller = pollers.of("database", new DatabaseProbe(databases));
    var cachePoller =
        pollers.of(
            "cache",
            new CacheProber(view, ForeignSecrets.through(client), settings.addresses(), redis));
    ActionRunner actions =
        new ActionRunner(
            new Actions(databases, patroni, view, primaries, random),
            metrics,
            clock,
            new ActionRunner.Workers(threads.timer(), threads.workers()),
            owner -> {
              patroniPoller.hurry(owner);
              databasePoller.hurry(owner);
              wakeUps.wake(owner);
            });
    Reporter reporter =
        new Reporter(
            new EventRecorder(client, clock, threads.workers(), settings.instance()), metrics);
    Tools tools =
        new Tools(
            client,
            new Applier(
                client,
                view,
                writes,
                new SecretMinting(client, view, writes, new SecretMint(random, clock))),
            actions,
            reporter,
            metrics,
            canary,
            clock);
    Registration registration = new Registration(primaries, wakeUps);
    Dependents dependents = new Dependents(primaries, wakeUps);
    operator = new Operator(overrider -> configure(overrider));
    Controllers.register(
        operator,
        new ShardSetReconciler(
            new ShardSetSubject(view, settings.images(), patroniPoller, databasePoller),
            new ShardSetCleanup(client, view, writes),
            registration,
            dependents,
            tools));
    Controllers.register(
        operator,
        new CacheTierReconciler(
            new CacheTierSubject(view, settings.images(), cachePoller),
            registration,
            dependents,
            tools));
    Controllers.register(
        operator,
        new NetworkReconciler(
            new NetworkSubject(view, settings.images(), primaries, serviceMonitors),
            registration,
            tools));
  }

  private void configure(ConfigurationServiceOverrider overrider) {
    overrider
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .checkingCRDAndValidateLocalModel(false)
        .withConcurrentReconciliationThreads(settings.threads())
        .withCacheSyncTimeout(Settings.SYNC);
    if (settings.leaderElection()) {
      overrider.withLeaderElectionConfiguration(
          new LeaderElectionConfiguration(
              Settings.LEASE,
              settings.namespace(),
              Settings.LEASE_DURATION,
              Settings.RENEW_DEADLINE,
              Settings.RETRY_PERIOD,
              settings.instance(),
              new LeaderCallbacks(leadership::begin, this::lost, leader -> {}),
              false));
    }
  }

  /** Before the start there is nobody to wake: every network is looked at then anyway. */
  private void wakeNetworks(Primaries primaries, WakeUps wakeUps) {
    if (started.get()) {
      primaries
          .all(OwnerKind.NETWORK)
          .forEach(network -> wakeUps.wake(Owner.of(OwnerKind.NETWORK, network)));
    }
  }

  private void lost() {
    leadership.end();
    if (started.get()) {
      onLeadershipLost.run();
    }
  }

  /**
   * Starts watching, then reconciling; returns when all caches are filled. With leader election,
   * reconciling begins when the Lease is won.
   *
   * @throws RuntimeException when the API server cannot be reached or refuses a watch
   */
  public void start() {
    informers.start(Settings.SYNC);
    serviceMonitors.start();
    operator.start();
    if (!settings.leaderElection()) {
      leadership.begin();
    }
    threads
        .timer()
        .scheduleAtFixedRate(
            this::sendCanaries,
            Canary.PERIOD.toSeconds(),
            Canary.PERIOD.toSeconds(),
            TimeUnit.SECONDS);
    started.set(true);
    LOG.info("{} {} is watching all namespaces", Labels.OPERATOR, settings.instance());
  }

  private void sendCanaries() {
    try {
      canary.send();
    } catch (RuntimeException e) {
      // A timer that throws is never called again; the liveness probe would then tell a lie.
      LOG.warn("canaries were not sent: {}", e.getClass().getName());
    }
  }

  /** True when everything is watched, whether or not this process leads. */
  public boolean ready() {
    return started.get() && informers.synced();
  }

  /** Whether this process leads. */
  public Leadership leadership() {
    return leadership;
  }

  /** What finds a stuck queue. */
  public Canary canary() {
    return canary;
  }

  @Override
  public void close() {
    started.set(false);
    operator.stop();
    if (leadership.since().isPresent() && settings.leaderElection()) {
      new LeaseRelease(client, settings).run();
    }
    leadership.end();
    threads.close();
    serviceMonitors.close();
    informers.close();
    redis.shutdown(0, 1, TimeUnit.SECONDS);
  }

  /** Makes pollers that share threads. */
  private record Pollers(
      OperatorMetrics metrics, WakeUps wakeUps, Settings settings, OperatorThreads threads) {

    <T extends dev.knowledgenetwork.operator.runtime.observe.Target, V> Poller<T, V> of(
        String name, Poller.Probe<T, V> probe) {
      return new Poller<>(
          name,
          probe,
          wakeUps,
          metrics,
          new Poller.Schedule(
              settings.pollTimes(), new Poller.Threads(threads.timer(), threads.workers())));
    }
  }
}
