package dev.knowledgenetwork.operator.runtime.assembly;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.cache.CacheTierKind;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.network.NetworkKind;
import dev.knowledgenetwork.operator.core.operation.Bid;
import dev.knowledgenetwork.operator.core.shardset.ShardSetKind;
import dev.knowledgenetwork.operator.runtime.act.ActionHandlers;
import dev.knowledgenetwork.operator.runtime.act.ActionRunner;
import dev.knowledgenetwork.operator.runtime.act.BeginAnewHandler;
import dev.knowledgenetwork.operator.runtime.act.DatabasePreparation;
import dev.knowledgenetwork.operator.runtime.act.ExpandClaimHandler;
import dev.knowledgenetwork.operator.runtime.act.HandOverHandler;
import dev.knowledgenetwork.operator.runtime.act.PatchPatroniHandler;
import dev.knowledgenetwork.operator.runtime.act.ReplacePodHandler;
import dev.knowledgenetwork.operator.runtime.apply.Applier;
import dev.knowledgenetwork.operator.runtime.apply.SecretMinting;
import dev.knowledgenetwork.operator.runtime.connect.ForeignSecrets;
import dev.knowledgenetwork.operator.runtime.health.ApiAccess;
import dev.knowledgenetwork.operator.runtime.health.Leadership;
import dev.knowledgenetwork.operator.runtime.health.OperatorState;
import dev.knowledgenetwork.operator.runtime.health.Unanswered;
import dev.knowledgenetwork.operator.runtime.kube.ChildInformers;
import dev.knowledgenetwork.operator.runtime.kube.LiveView;
import dev.knowledgenetwork.operator.runtime.kube.OptionalApis;
import dev.knowledgenetwork.operator.runtime.kube.OwnWrites;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.Primaries;
import dev.knowledgenetwork.operator.runtime.kube.WakeUps;
import dev.knowledgenetwork.operator.runtime.observe.CacheObserver;
import dev.knowledgenetwork.operator.runtime.observe.DatabaseObserver;
import dev.knowledgenetwork.operator.runtime.observe.IssuerObserver;
import dev.knowledgenetwork.operator.runtime.observe.LoginObserver;
import dev.knowledgenetwork.operator.runtime.observe.Observers;
import dev.knowledgenetwork.operator.runtime.observe.ObstacleObserver;
import dev.knowledgenetwork.operator.runtime.observe.ParameterObserver;
import dev.knowledgenetwork.operator.runtime.observe.PatroniObserver;
import dev.knowledgenetwork.operator.runtime.observe.SessionObserver;
import dev.knowledgenetwork.operator.runtime.observe.StorageObserver;
import dev.knowledgenetwork.operator.runtime.reconcile.Attention;
import dev.knowledgenetwork.operator.runtime.reconcile.CacheTierReconciler;
import dev.knowledgenetwork.operator.runtime.reconcile.ClaimBook;
import dev.knowledgenetwork.operator.runtime.reconcile.Execution;
import dev.knowledgenetwork.operator.runtime.reconcile.NetworkReconciler;
import dev.knowledgenetwork.operator.runtime.reconcile.Platform;
import dev.knowledgenetwork.operator.runtime.reconcile.ShardSetReconciler;
import dev.knowledgenetwork.operator.runtime.reconcile.StatusBoard;
import dev.knowledgenetwork.operator.runtime.reconcile.StatusWriter;
import dev.knowledgenetwork.operator.runtime.reconcile.Surroundings;
import dev.knowledgenetwork.operator.runtime.reconcile.Teardown;
import dev.knowledgenetwork.operator.runtime.report.EventRecorder;
import dev.knowledgenetwork.operator.runtime.report.OperatorMetrics;
import dev.knowledgenetwork.operator.runtime.report.Reporter;
import dev.knowledgenetwork.operator.runtime.secrets.SecretMint;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reconcilers and all they share, put together by hand: the same in production, where the
 * Quarkus Operator SDK runs them, and in tests, where several operators can live in one process.
 * Invariant: the shared informers have synced before any controller starts, so no reconciliation
 * ever takes an empty cache for an empty cluster.
 */
public final class OperatorRuntime implements AutoCloseable, OperatorState.Probed {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorRuntime.class);

  /** The cheapest request that needs the operator's rights. */
  private static final String ANY_NETWORK =
      "/apis/%s/%s?limit=1"
          .formatted(
              HasMetadata.getApiVersion(KnowledgeNetwork.class),
              HasMetadata.getPlural(KnowledgeNetwork.class));

  /** How long an orderly stop may take. */
  private static final Duration ACTIONS_END = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final Settings settings;
  private final Runnable onLeadershipLost;
  private final OperatorThreads threads = new OperatorThreads();
  private final Clients clients;
  private final ChildInformers informers;
  private final OptionalApis optionalApis;
  private final ApiAccess access;
  private final Leadership leadership;
  private final Unanswered unanswered;
  private final Attention attention;
  private final List<Reconciler<? extends HasMetadata>> reconcilers;
  private final AtomicBoolean started = new AtomicBoolean();
  private @Nullable Operator operator;

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
    ShardSetKind shardSets = new ShardSetKind(settings.images());
    CacheTierKind cacheTiers = new CacheTierKind(settings.images());
    NetworkKind networks = new NetworkKind(settings.images());
    List<Kind<?, ?, ?>> kinds = List.of(shardSets, cacheTiers, networks);
    optionalApis =
        new OptionalApis(
            client,
            informers,
            kinds.stream().flatMap(kind -> kind.optionalApis().stream()).distinct().toList(),
            () -> wakeAll(primaries, wakeUps));
    access = new ApiAccess(() -> client.raw(ANY_NETWORK), clock);
    leadership = new Leadership(clock);
    unanswered = new Unanswered(leadership, owner -> primaries.get(owner).isPresent(), clock);
    LiveView view = new LiveView(informers, primaries, writes);
    SecureRandom random = new SecureRandom();
    clients = Clients.of(view, settings.addresses());
    Pollers pollers = new Pollers(metrics, wakeUps, clock, settings, threads);
    Observers<ShardSet> ofShardSets =
        new Observers<>(
            List.of(
                pollers.of(new PatroniObserver(clients.patroni())),
                pollers.of(new DatabaseObserver(clients.databases(), clock)),
                pollers.of(new LoginObserver(clients.databases())),
                pollers.of(new SessionObserver(clients.databases(), clock)),
                pollers.of(new StorageObserver(clients.databases())),
                pollers.of(new ParameterObserver(clients.databases())),
                pollers.why(new ObstacleObserver<>(client, clock))));
    Observers<CacheTier> ofCacheTiers =
        new Observers<>(
            List.of(
                pollers.of(
                    new CacheObserver(
                        view,
                        ForeignSecrets.through(client),
                        settings.addresses(),
                        clients.caches())),
                pollers.why(new ObstacleObserver<>(client, clock))));
    Observers<KnowledgeNetwork> ofNetworks =
        new Observers<>(
            List.of(
                pollers.of(new IssuerObserver(clients.applications())),
                pollers.why(new ObstacleObserver<>(client, clock))));
    ActionRunner actions =
        new ActionRunner(
            new ActionHandlers(
                List.of(
                    new DatabasePreparation(clients.databases(), view, random),
                    new PatchPatroniHandler(clients.patroni()),
                    new HandOverHandler(clients.patroni()),
                    new ReplacePodHandler(client),
                    new ExpandClaimHandler(client),
                    new BeginAnewHandler(client, clock))),
            metrics,
            clock,
            new ActionRunner.Workers(threads.timer(), threads.lanes()),
            owner -> {
              ofShardSets.hurry(owner);
              wakeUps.wake(owner);
            });
    attention = new Attention(primaries, wakeUps, unanswered);
    Platform platform =
        new Platform(
            attention,
            new Execution(
                new Applier(
                    client,
                    view,
                    writes,
                    new SecretMinting(client, view, writes, new SecretMint(random, clock), clock)),
                actions,
                new ClaimBook(() -> kinds.stream().flatMap(kind -> standing(primaries, kind)))),
            new StatusBoard(
                new StatusWriter(client),
                new Reporter(new EventRecorder(client, clock, settings.instance()), metrics),
                attention),
            new Teardown(client, writes),
            metrics,
            clock);
    reconcilers =
        List.of(
            new ShardSetReconciler(
                shardSets,
                new Surroundings<>(view, primaries, optionalApis, ofShardSets),
                platform),
            new CacheTierReconciler(
                cacheTiers,
                new Surroundings<>(view, primaries, optionalApis, ofCacheTiers),
                platform),
            new NetworkReconciler(
                networks, new Surroundings<>(view, primaries, optionalApis, ofNetworks), platform));
  }

  /** What operations at objects of a kind were granted, as far as the statuses tell. */
  private static <P extends CustomResource<?, S>, S extends Conditioned>
      Stream<Map.Entry<Owner, List<Bid>>> standing(Primaries primaries, Kind<P, S, ?> kind) {
    OwnerKind ownerKind = OwnerKind.of(kind.name());
    return primaries
        .all(ownerKind)
        .map(kind.type()::cast)
        .filter(object -> object.getStatus() != null)
        .map(
            object -> {
              Owner owner = Owner.of(ownerKind, object);
              return Map.entry(
                  owner,
                  kind.operations().standing(owner.target(), object.getStatus().operations()));
            });
  }

  /** One for each kind, to be registered with the operator that {@link #start} is given. */
  public List<Reconciler<? extends HasMetadata>> reconcilers() {
    return reconcilers;
  }

  /** Those beside the framework's, on which actions run. */
  OperatorThreads threads() {
    return threads;
  }

  /** How replicas agree on one that works. */
  LeaderElectionConfiguration leaderElection() {
    return new LeaderElectionConfiguration(
        Settings.LEASE,
        settings.namespace(),
        Settings.LEASE_DURATION,
        Settings.RENEW_DEADLINE,
        Settings.RETRY_PERIOD,
        settings.instance(),
        new LeaderCallbacks(leadership::begin, this::lost, leader -> {}),
        // lost() ends the process; the SDK would do so after an orderly stop, too.
        false);
  }

  /** Before the start there is nobody to wake: every network is looked at then anyway. */
  private void wakeAll(Primaries primaries, WakeUps wakeUps) {
    if (started.get()) {
      for (OwnerKind kind : OwnerKind.values()) {
        primaries.all(kind).forEach(object -> wakeUps.wake(Owner.of(kind, object)));
      }
    }
  }

  private void lost() {
    leadership.end();
    if (started.get()) {
      onLeadershipLost.run();
    }
  }

  /**
   * Waits until the API server lets this process in, and looks from now on whether it does. To be
   * called once, before the start.
   */
  void awaitAdmission() throws InterruptedException {
    threads
        .timer()
        .scheduleWithFixedDelay(
            () -> threads.askingWhy().execute(this::lookForAccess),
            0,
            ApiAccess.PACE.toMillis(),
            TimeUnit.MILLISECONDS);
    access.await();
  }

  /**
   * Starts watching, then reconciling; returns when all caches are filled. With leader election,
   * reconciling begins when the Lease is won. To be called once.
   *
   * @param operator not started; has the {@link #reconcilers}; does not close its client
   * @throws RuntimeException when the API server cannot be reached or refuses a watch
   */
  public void start(Operator operator) {
    this.operator = operator;
    informers.start(Settings.SYNC);
    optionalApis.start();
    operator.start();
    attention.open();
    if (!elects(operator)) {
      leadership.begin();
    }
    started.set(true);
    LOG.info("{} {} is watching all namespaces", Labels.OPERATOR, settings.instance());
  }

  /** A leader that may do nothing makes room: the Lease may still be within its rights. */
  private void lookForAccess() {
    access.look();
    if (access.refusal().isPresent() && leadership.since().isPresent()) {
      lost();
    }
  }

  private static boolean elects(Operator operator) {
    return operator.getConfigurationService().getLeaderElectionConfiguration().isPresent();
  }

  /** True when everything is watched, whether or not this process leads. */
  public boolean ready() {
    return started.get() && informers.synced();
  }

  /** Whether this process leads. */
  public Leadership leadership() {
    return leadership;
  }

  /** Whether the API server lets this process in. */
  @Override
  public ApiAccess access() {
    return access;
  }

  /** What finds a stuck queue. */
  @Override
  public Unanswered unanswered() {
    return unanswered;
  }

  @Override
  public void close() {
    started.set(false);
    // Asked before the stop, which ends it.
    boolean leads = leadership.since().isPresent();
    if (operator != null) {
      operator.stop();
      endTimer(operator);
      boolean ended = threads.endActions(ACTIONS_END) && attention.isIdle();
      if (leads && elects(operator)) {
        giveUpLease(ended);
      }
    }
    leadership.end();
    threads.close();
    optionalApis.close();
    informers.close();
    clients.close();
  }

  /**
   * The SDK (5.3.0) leaves the thread that looks after its caches running when it stops, which
   * would keep all that the operator knew for as long as the process lasts.
   */
  private static void endTimer(Operator stopped) {
    stopped
        .getConfigurationService()
        .getExecutorServiceManager()
        .scheduledExecutorService()
        .shutdownNow();
  }

  /** Whoever leads next may begin at once: nothing that this process began may go on then. */
  private void giveUpLease(boolean ended) {
    if (ended) {
      new LeaseRelease(client, settings).run();
    } else {
      LOG.info("The lease is left to run out: work that this process began has not ended yet");
    }
  }
}
