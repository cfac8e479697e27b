package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.InstanceRole;
import dev.knowledgenetwork.crds.shardset.InstanceState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.crds.shardset.ShardState;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardAccess;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.Leading;
import dev.knowledgenetwork.operator.core.workload.Logs;
import dev.knowledgenetwork.operator.core.workload.Obstacle;
import dev.knowledgenetwork.operator.core.workload.PodObstacle;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of one shard. */
final class ShardFacts {

  private final ShardSet set;
  private final String shard;
  private final Observed observed;
  private final ShardSetStatus before;
  private final int running;
  private final int staying;

  /**
   * Gathers.
   *
   * @param before the status up to now
   * @param blocked the spec is invalid: what runs counts, not what is asked for
   */
  ShardFacts(
      ShardSet set, String shard, Observed observed, ShardSetStatus before, boolean blocked) {
    this.set = set;
    this.shard = shard;
    this.observed = observed;
    this.before = before;
    int wanted = set.getSpec().instances();
    int live =
        ShardStatefulSet.instances(
                observed.children(), Names.shard(set.getMetadata().getName(), shard))
            .orElse(wanted);
    this.running = blocked ? live : Math.max(live, wanted);
    this.staying = blocked ? live : wanted;
  }

  String shard() {
    return shard;
  }

  /**
   * Whether it takes writes: its primary's pod is ready, its database is prepared, and took one.
   *
   * @param epoch that the database must have
   */
  boolean writable(long epoch) {
    return primary().filter(name -> ready(name) && !isRefused(name)).isPresent()
        && prepared(epoch)
        && takesWrites();
  }

  /**
   * Right after a start of the operator, and while the operator is cut off, neither Patroni nor the
   * database has told anything. Where Patroni answers, so must the database. What it said while
   * another one led, or before a restart, says nothing of now, nor does it say anything to whoever
   * has the wrong password. In all these cases it is as it was, so that a planned hand-over is no
   * loss, and a loss not over before the proof: a pod calls itself ready as soon as it leads, which
   * may be long before PostgreSQL answers.
   */
  private boolean takesWrites() {
    DatabaseView view = database();
    if (view == null) {
      return (patroni() == null || isLockedOut()) && wasReady();
    }
    return isOfNow(view) ? view.refusal().isEmpty() : wasReady();
  }

  private boolean wasReady() {
    return Conditions.holds(before.conditions(), ConditionType.READY);
  }

  /** Whether the database is silent for want of a login or of trust; that is told as a problem. */
  private boolean isLockedOut() {
    return LoginsView.isLockedOut(set, shard, observed)
        || ClusterIdentity.hasAnotherAuthority(set, observed.children());
  }

  private boolean isOfNow(DatabaseView view) {
    return view.asked().equals(Leading.of(observed.children(), Blueprint.target(set, shard)));
  }

  /** Why it takes none, in the words of PostgreSQL, and what to do; empty where it said nothing. */
  Optional<String> refusal() {
    DatabaseView view = database();
    if (view != null) {
      return view.refusal().filter(refused -> isOfNow(view)).map(r -> r.text(shard, logs()));
    }
    return primary()
        .filter(name -> isEstablished() && patroni() != null && ready(name) && !isLockedOut())
        .map(
            name ->
                ("%s takes no writes: %s leads, but PostgreSQL does not answer the operator at %s:%d."
                        + " Read why: %s")
                    .formatted(
                        shard,
                        name,
                        Names.host(
                            Names.shard(set.getMetadata().getName(), shard),
                            set.getMetadata().getNamespace()),
                        Blueprint.POSTGRES_PORT,
                        logs()));
  }

  private boolean isEstablished() {
    return before.epoch() != null;
  }

  /** Whether the database is as it must be; while it is silent, whether it was some time before. */
  boolean prepared(long epoch) {
    DatabaseView view = database();
    return view == null ? isEstablished() : ShardSetPlanner.prepared(view, epoch);
  }

  /** Whether the database answered and lacks something. */
  boolean unprepared(long epoch) {
    DatabaseView view = database();
    return view != null && !ShardSetPlanner.prepared(view, epoch);
  }

  /** Name of the primary's pod: by Patroni, while it is silent by the label. */
  Optional<String> primary() {
    PatroniView view = patroni();
    return view == null
        ? names()
            .filter(name -> pod(name).filter(Shard::isPrimary).isPresent() && !isRevoked(name))
            .findFirst()
        : view.leader().map(PatroniView.Member::name);
  }

  /** Whether Kubernetes has yet to look at a change. */
  boolean unseen() {
    return live()
        .filter(
            running ->
                running.getStatus() != null
                    && !Objects.equals(
                        running.getStatus().getObservedGeneration(),
                        running.getMetadata().getGeneration()))
        .isPresent();
  }

  private @Nullable DatabaseView database() {
    return observed.facts().of(DatabaseView.FACT, Blueprint.target(set, shard)).orElse(null);
  }

  private @Nullable PatroniView patroni() {
    return observed.facts().of(PatroniView.FACT, Blueprint.target(set, shard)).orElse(null);
  }

  /** Whether it has instances, if only to be made. */
  boolean exists() {
    return ShardStatefulSet.instances(
            observed.children(), Names.shard(set.getMetadata().getName(), shard))
        .isPresent();
  }

  Optional<StatefulSet> live() {
    return observed
        .children()
        .find(StatefulSet.class, Names.shard(set.getMetadata().getName(), shard));
  }

  /** How many there are or are to be: those that are yet to come, and those that are yet to go. */
  int instances() {
    return running;
  }

  /** Those whose pods are not ready, and are to be. */
  List<String> down() {
    return names().limit(staying).filter(name -> !ready(name)).toList();
  }

  /** Of those that run and do not follow the primary, what to do if they do not come to it. */
  List<String> behind() {
    return names()
        .limit(staying)
        .filter(name -> ready(name) && !follows(name))
        .flatMap(
            name ->
                anew(name).stream()
                    .map(
                        command ->
                            ("%2$s runs, but does not follow its primary. It is expected to within"
                                    + " a minute; if it does not, read why: kubectl -n %1$s logs"
                                    + " %2$s. It can be made anew from the primary: %3$s.")
                                .formatted(set.getMetadata().getNamespace(), name, command)))
        .toList();
  }

  /**
   * How the first of those that are down is made anew, where that may be. One that has no pod is
   * kept away by others, and its data is as good as before.
   */
  Optional<String> repair() {
    return down().stream()
        .filter(name -> pod(name).isPresent())
        .map(this::anew)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** How a person reads why those that are down are: where there is a pod, in its log. */
  String why() {
    return down().stream().allMatch(name -> pod(name).isPresent()) ? logs() : described();
  }

  private String described() {
    return "kubectl -n %s describe statefulset %s"
        .formatted(set.getMetadata().getNamespace(), account());
  }

  /**
   * How an instance is made anew from the primary. Without one that is known to be another one, the
   * only copy of the data may be its own.
   */
  private Optional<String> anew(String name) {
    return primary()
        .filter(leader -> !leader.equals(name))
        .map(
            leader ->
                "kubectl -n %s delete pvc/%s pod/%s"
                    .formatted(
                        set.getMetadata().getNamespace(), ShardStatefulSet.claim(name), name));
  }

  /** Those that do not serve, and are to: both. */
  List<String> notServing() {
    return names().limit(staying).filter(name -> !serves(name)).toList();
  }

  ShardState state(int buckets) {
    List<InstanceState> members =
        names().map(name -> new InstanceState(name, role(name), serves(name))).toList();
    int readyInstances = (int) members.stream().filter(InstanceState::ready).count();
    Optional<String> primary = primary();
    return new ShardState(
        shard,
        primary.orElse(null),
        primary.or(this::lastPrimary).orElse(null),
        running,
        readyInstances,
        buckets,
        members);
  }

  private Optional<String> lastPrimary() {
    return before.shards().stream()
        .filter(state -> state.name().equals(shard))
        .findFirst()
        .map(ShardState::lastPrimary);
  }

  /** Why its pods do not start, as far as they say so themselves. */
  Stream<Obstacle> obstacles() {
    return Stream.concat(
        PodObstacle.of(down().stream().map(this::pod).flatMap(Optional::stream)),
        names().limit(staying).filter(this::isRevoked).map(this::revoked));
  }

  private Obstacle revoked(String name) {
    return new Obstacle(
        "Pod",
        name,
        "is older than its ServiceAccount %s, which was deleted and made again"
            .formatted(account()),
        ("the token that it started with is void, and without one Patroni takes no writes. It is"
                + " replaced in its turn; at once by kubectl -n %s delete pod %s")
            .formatted(set.getMetadata().getNamespace(), name),
        "");
  }

  private boolean isRevoked(String name) {
    return pod(name)
        .filter(pod -> ShardAccess.isRevoked(observed.children(), account(), pod))
        .isPresent();
  }

  private boolean isRefused(String name) {
    return pod(name)
        .filter(pod -> ShardAccess.isRefused(observed.children(), account(), pod, observed.now()))
        .isPresent();
  }

  private String account() {
    return Names.shard(set.getMetadata().getName(), shard);
  }

  /**
   * Whether Patroni is paused, by what any instance told of it: then nothing comes back by itself,
   * and no operation goes on that could excuse what is away.
   */
  boolean isPaused() {
    PatroniView view = patroni();
    return view != null && view.paused();
  }

  /** How a person reads what its instances wrote, or, while there are none, why that is so. */
  String logs() {
    if (names().noneMatch(name -> pod(name).isPresent())) {
      return described();
    }
    return Logs.command(
        set.getMetadata().getNamespace(),
        Labels.with(Blueprint.postgresSelector(set.getMetadata().getName()), Labels.SHARD, shard));
  }

  private Stream<String> names() {
    return IntStream.range(0, running)
        .mapToObj(ordinal -> Names.instance(set.getMetadata().getName(), shard, ordinal));
  }

  private Optional<Pod> pod(String name) {
    return observed.children().find(Pod.class, name);
  }

  boolean ready(String name) {
    return pod(name).filter(Readiness::isReady).isPresent();
  }

  /** By Patroni's word; while there is none, as it was, and whoever leads follows nobody. */
  private boolean follows(String name) {
    PatroniView view = patroni();
    return view == null
        ? primary().filter(name::equals).isPresent()
            || before.shards().stream()
                .flatMap(told -> told.members().stream())
                .filter(told -> told.name().equals(name))
                .allMatch(InstanceState::ready)
        : view.follows(name);
  }

  private boolean serves(String name) {
    return ready(name) && follows(name);
  }

  private InstanceRole role(String name) {
    PatroniView view = patroni();
    if (view == null) {
      return switch (roleLabel(name)) {
        case "primary" -> InstanceRole.PRIMARY;
        case "replica" -> InstanceRole.REPLICA;
        case null, default -> InstanceRole.UNKNOWN;
      };
    }
    if (view.leader().filter(leader -> leader.name().equals(name)).isPresent()) {
      return InstanceRole.PRIMARY;
    }
    return view.members().stream().anyMatch(member -> member.name().equals(name))
        ? InstanceRole.REPLICA
        : InstanceRole.UNKNOWN;
  }

  private @Nullable String roleLabel(String name) {
    return pod(name)
        .map(pod -> pod.getMetadata().getLabels())
        .map((Map<String, String> labels) -> labels.get(Labels.ROLE))
        .orElse(null);
  }
}
