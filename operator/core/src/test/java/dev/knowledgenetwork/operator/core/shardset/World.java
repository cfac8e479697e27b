package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.operation.Bid;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Action;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.instance.ExpandClaim;
import dev.knowledgenetwork.operator.core.shardset.instance.ReplacePod;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.Leading;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with one ShardSet, moved by hand: the operator makes a {@link #pass}, what it wants
 * done outside Kubernetes is done in {@link #act}, and everybody else gets on by one stage in
 * {@link #live}.
 */
public final class World {

  private static final int MANY = 300;

  private final ShardSet set;
  private final List<String> log = new ArrayList<>();
  private final Cluster cluster = new Cluster(log::add, () -> this.now);
  private final Databases databases;
  private ShardSetKind kind = new ShardSetKind(Sets.IMAGES);
  private List<Action> actions = List.of();
  private Instant now = Sets.NOW;
  private @Nullable World neighbour;

  public World(ShardSet set) {
    this.set = set;
    this.databases = new Databases(set, log::add, cluster::children);
  }

  /** Everything up: secrets, objects, pods, replication, databases. */
  public static World running(ShardSet set) {
    World world = new World(set);
    world.settle();
    world.log.clear();
    return world;
  }

  /** The ShardSet, with the status of the newest pass. */
  public ShardSet set() {
    return set;
  }

  /** What happened that people would notice, in its order. */
  public List<String> log() {
    return List.copyOf(log);
  }

  // What people do.

  /** Asks for another spec, in YAML. */
  public World spec(String spec) {
    set.setSpec(Sets.set(spec).getSpec());
    set.getMetadata().setGeneration(set.getMetadata().getGeneration() + 1);
    return this;
  }

  /** Annotates the ShardSet. */
  public World annotate(String key, String value) {
    set.getMetadata().setAnnotations(Map.of(key, value));
    return this;
  }

  /** Another version of the operator takes over. */
  public World operator(Images images) {
    kind = new ShardSetKind(images);
    return this;
  }

  /** Another ShardSet of the same namespace, whose operations exclude those of this one. */
  public World beside(World other) {
    neighbour = other;
    return this;
  }

  // What the operator does.

  public Observed observed() {
    return Observed.of(children(), now).with(databases.facts(now));
  }

  public Children children() {
    return cluster.children();
  }

  /** What would be planned now; nothing changes. */
  public Plan plan() {
    return kind.draft(set, observed()).plan().apply(round());
  }

  private Round round() {
    return Passes.round(kind, set, observed(), others());
  }

  private List<Bid> others() {
    return neighbour == null
        ? List.of()
        : neighbour
            .kind
            .operations()
            .standing(Blueprint.target(neighbour.set, ""), neighbour.operations());
  }

  /** A whole pass of the operator: its plan is applied and its status stored. */
  public Plan pass() {
    now = now.plusSeconds(1);
    Round round = accept();
    Plan plan = Passes.run(kind, set, observed(), round);
    actions = List.of();
    if (!Pass.isPaused(set)) {
      plan.secrets().forEach(cluster::mint);
      plan.resources().forEach(cluster::apply);
      cluster.prune(plan);
      actions = plan.actions();
    }
    return plan;
  }

  /** The part of a pass up to the API server's acceptance of what operations want. */
  public Round accept() {
    Round round = round();
    if (round.isAhead(operations())) {
      set.setStatus(status().with(status().conditions(), round.entries()));
    }
    return round;
  }

  /** What the newest pass wanted done, as far as it still can be done. */
  public void act() {
    for (Action action : actions) {
      switch (action) {
        case ReplacePod replace -> replace(replace);
        case ExpandClaim expand -> cluster.expand(expand);
        default -> databases.act(action);
      }
    }
    actions = List.of();
    Blueprint.shards(set).forEach(this::role);
  }

  private void replace(ReplacePod action) {
    cluster
        .find(Pod.class, action.pod())
        .map(Pod.class::cast)
        .filter(pod -> pod.getMetadata().getUid().equals(action.uid()))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .ifPresent(
            pod -> {
              log.add(action.owner().part() + ": " + action.pod() + " is replaced");
              cluster.end(pod);
            });
  }

  /** Everybody else gets on by one stage, and tells of it. */
  public void live() {
    cluster.live();
    Blueprint.shards(set).forEach(this::replicate);
    databases.tell(this::leading);
  }

  /** A pass, what it wanted, and what follows of it. */
  public Plan step() {
    Plan plan = pass();
    act();
    live();
    return plan;
  }

  /** A quarter of a step; the first one is a pass that is broken off. */
  public void quarter(int number) {
    switch (number % 4) {
      case 0 -> accept();
      case 1 -> pass();
      case 2 -> act();
      default -> live();
    }
  }

  /** Until nothing happens any more. */
  public World settle() {
    String before = picture();
    for (int i = 0; i < MANY; i++) {
      step();
      String after = picture();
      if (after.equals(before)) {
        return this;
      }
      before = after;
    }
    throw new AssertionError("goes on and on: " + operations() + log);
  }

  private String picture() {
    return Hash.ofValue(List.of(children().objects(), databases.picture(), status()));
  }

  public <T extends HasMetadata> T get(Class<T> type, String name) {
    return type.cast(cluster.find(type, name).orElse(null));
  }

  public ShardSetStatus status() {
    return Optional.ofNullable(set.getStatus()).orElseGet(ShardSetStatus::empty);
  }

  public List<OperationState> operations() {
    return status().operations();
  }

  /** The pod that leads a shard. */
  public String primary(String shard) {
    return databases.of(shard).view().leader().map(Member::name).orElse("");
  }

  public Map<String, Object> config(String shard) {
    return databases.of(shard).view().config();
  }

  /** Pods of a shard that are not of its newest template. */
  public List<String> outdated(String shard) {
    String newest = Hash.ofValue(get(StatefulSet.class, name(shard)).getSpec().getTemplate());
    return pods(shard)
        .filter(pod -> !newest.equals(pod.getMetadata().getLabels().get(Cluster.REVISION)))
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** Uids of a shard's pods, by name. */
  public Map<String, String> uids(String shard) {
    Map<String, String> uids = new HashMap<>();
    pods(shard).forEach(pod -> uids.put(pod.getMetadata().getName(), pod.getMetadata().getUid()));
    return uids;
  }

  private Stream<Pod> pods(String shard) {
    return cluster.pods(get(StatefulSet.class, name(shard)));
  }

  private String name(String shard) {
    return Names.shard(set.getMetadata().getName(), shard);
  }

  // What happens to it.

  public void put(HasMetadata object) {
    cluster.put(object);
  }

  public void remove(Class<? extends HasMetadata> type, String name) {
    cluster.remove(type, name);
  }

  /** Whether instances of that name start, when they are made anew. */
  public World starts(String pod, boolean starts) {
    cluster.starts(pod, starts);
    return this;
  }

  /** No instance starts that is made from the template that a shard has now. */
  public World templateIsBroken(String shard) {
    cluster.starts(get(StatefulSet.class, name(shard)), false);
    return this;
  }

  /** How throw-away instances end: with that message, or well where it is empty. */
  public World trialsEnd(String message) {
    cluster.trialsEnd(message);
    return this;
  }

  /** The pods of a shard are of the template that is there now. */
  public void restamp(String shard) {
    cluster.restamp(get(StatefulSet.class, name(shard)));
  }

  public void patroni(String shard, PatroniView view) {
    databases.patroni(shard, view);
  }

  /** As if the database of a shard had answered that, whoever leads now. */
  public World database(String shard, DatabaseView view) {
    databases.database(shard, view.asked(leading(shard)));
    return this;
  }

  /** The databases, to be told what they are to answer. */
  Databases databases() {
    return databases;
  }

  private Leading leading(String shard) {
    return Leading.of(children(), Blueprint.target(set, shard));
  }

  /** As right after a start of the operator: nobody has answered yet. */
  public World forgetAnswers() {
    databases.fallSilent();
    actions = List.of();
    return this;
  }

  /** As if a backup of the status without any operation had been restored. */
  public World forgetOperations() {
    set.setStatus(status().with(status().conditions(), List.of()));
    actions = List.of();
    return this;
  }

  /** All pods of a shard ready, the first one primary, the database prepared. */
  void start(String shard) {
    cluster.live(get(StatefulSet.class, name(shard)));
    cluster.live(get(StatefulSet.class, name(shard)));
    replicate(shard);
    database(shard, Sets.PREPARED);
    databases.tell(this::leading);
  }

  private void replicate(String shard) {
    if (get(StatefulSet.class, name(shard)) == null) {
      return;
    }
    databases.of(shard).live(pods(shard).map(cluster::asItTakesPart).toList());
    role(shard);
    Endpoints memory = get(Endpoints.class, name(shard) + "-config");
    if (!primary(shard).isEmpty() && memory != null) {
      memory.getMetadata().getAnnotations().put(Annotations.INITIALIZED, "7000000000000000000");
    }
  }

  private void role(String shard) {
    if (get(StatefulSet.class, name(shard)) == null) {
      return;
    }
    for (Pod pod : pods(shard).filter(cluster::isAdmitted).toList()) {
      boolean leads = pod.getMetadata().getName().equals(primary(shard));
      put(
          new PodBuilder(pod)
              .editMetadata()
              .addToLabels(Labels.ROLE, leads ? "primary" : "replica")
              .endMetadata()
              .build());
    }
  }

  /** A pod as somebody wants to see it. */
  Pod pod(String shard, int ordinal, String role, boolean ready) {
    Pod pod = Cluster.pod(Names.instance(set.getMetadata().getName(), shard, ordinal), role, ready);
    pod.getMetadata().getLabels().put(Labels.SHARD, shard);
    put(pod);
    return pod;
  }

  /** Time goes by. */
  public World later(Duration time) {
    now = now.plus(time);
    return this;
  }

  /** What the deletion of the ShardSet leaves with Retain: all that has no owner. */
  public World retained(ShardSet next) {
    World world = new World(next);
    children().objects().stream()
        .filter(object -> object.getMetadata().getOwnerReferences().isEmpty())
        .filter(object -> !(object instanceof Pod))
        .forEach(world::put);
    return world;
  }
}
