package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.operation.Request;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardAccess;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardRecipe;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardVolumes;
import dev.knowledgenetwork.operator.core.shardset.patroni.HandOver;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Update;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A shard as its operations see it.
 *
 * @param applied what its instances were given last; empty before there are any
 * @param update whether they get what this version of the operator would give them
 */
public record Shard(
    Blueprint blueprint, Observed observed, String name, Optional<Recipe> applied, Update update) {

  private static final String PART = "the instances";

  /**
   * All shards of a set, in the order of their ordinals. Cost: renders the recipe of each once.
   *
   * <p>The first one names an update for all: they differ in names only.
   */
  public static List<Shard> all(Blueprint blueprint, Observed observed, Approval approval) {
    List<String> names = blueprint.shards();
    List<Recipe> wanted = names.stream().map(name -> ShardRecipe.wanted(blueprint, name)).toList();
    String id = wanted.getFirst().shortId();
    Optional<String> secrets = ShardSetSecrets.patroniHash(blueprint, observed.children());
    return IntStream.range(0, names.size())
        .mapToObj(
            index -> {
              String name = names.get(index);
              Optional<Recipe> applied = ShardRecipe.applied(observed.children(), blueprint, name);
              Update update =
                  Update.of(PART, id, applied, wanted.get(index).withSecrets(secrets), approval);
              return new Shard(blueprint, observed, name, applied, update);
            })
        .toList();
  }

  /** This shard. */
  public Target target() {
    return blueprint.target(name);
  }

  /** How many instances it has now; as many as it is to have before it has any. */
  public int running() {
    return ShardStatefulSet.instances(observed.children(), blueprint.shardName(name))
        .orElse(blueprint.spec().instances());
  }

  /** The StatefulSet of its instances. */
  public Optional<StatefulSet> live() {
    return observed.children().find(StatefulSet.class, blueprint.shardName(name));
  }

  /** Its volumes. */
  public ShardVolumes volumes() {
    return ShardVolumes.of(blueprint, name, observed.children());
  }

  /** What Patroni told lately. */
  public Optional<PatroniView> patroni() {
    return observed.facts().of(PatroniView.FACT, target());
  }

  /** Whether Patroni has told the same for that long. */
  public boolean isToldFor(Duration time) {
    return observed
        .facts()
        .since(PatroniView.FACT, target())
        .filter(since -> !since.plus(time).isAfter(observed.now()))
        .isPresent();
  }

  /** Pod of the primary. */
  public Optional<String> leader() {
    return patroni().flatMap(PatroniView::leader).map(Member::name);
  }

  /** Name of an instance's pod. */
  public String instance(int ordinal) {
    return Names.instance(blueprint.name(), name, ordinal);
  }

  /** Names of the instances that there are. */
  public List<String> instances() {
    return IntStream.range(0, running()).mapToObj(this::instance).toList();
  }

  /** Whether an instance says, by Patroni, that its volume has no database. */
  public boolean isUninitialized(String instance) {
    return patroni().stream()
        .flatMap(view -> view.members().stream())
        .anyMatch(member -> member.name().equals(instance) && member.uninitialized());
  }

  /**
   * Names of the instances that there are and that are to stay. Those above go: nothing is done to
   * them and nothing waits for them, for they may be in nobody's power to start.
   */
  List<String> staying() {
    return IntStream.range(0, Math.min(running(), blueprint.spec().instances()))
        .mapToObj(this::instance)
        .toList();
  }

  /** What Patroni told of those that stay. */
  Stream<Member> members() {
    List<String> staying = staying();
    return patroni().stream()
        .flatMap(view -> view.members().stream())
        .filter(member -> staying.contains(member.name()));
  }

  /** The pods of the instances that stay, as far as there are any. */
  public List<Pod> pods() {
    return staying().stream()
        .map(pod -> observed.children().find(Pod.class, pod))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Whether the API server refuses the token that a pod started with, and so its Patroni. */
  boolean isRevoked(Pod pod) {
    return ShardAccess.isRevoked(observed.children(), blueprint.shardName(name), pod);
  }

  /** Whether Patroni is paused, so that what ends is not started again. */
  public boolean isPaused() {
    return patroni().filter(PatroniView::paused).isPresent();
  }

  /** Whether every instance that stays serves and follows, and one leads. */
  boolean isWhole() {
    List<Pod> pods = pods();
    return leader().isPresent()
        && pods.size() == staying().size()
        && pods.stream().allMatch(Readiness::isReady)
        && behind().isEmpty();
  }

  /** Those that stay and, by Patroni's word, do not follow who leads. */
  List<String> behind() {
    return patroni().stream()
        .flatMap(view -> staying().stream().filter(name -> !view.follows(name)))
        .toList();
  }

  /** The instances that follow the primary closely. */
  List<String> following() {
    return streaming().map(Member::name).toList();
  }

  /**
   * What was told of a replica may be of the time before the last change of the primary. One that
   * has yet to come to the primary's timeline must not lead: both could begin the same next one.
   */
  private Stream<Member> streaming() {
    Optional<Long> timeline = patroni().flatMap(PatroniView::leader).map(Member::timeline);
    return patroni().stream()
        .flatMap(view -> view.members().stream())
        .filter(Member::streaming)
        .filter(member -> timeline.filter(now -> now != member.timeline()).isEmpty());
  }

  /** The instance that is best to lead next: it follows closely, a synchronous one if there is. */
  Optional<String> successor(Predicate<String> eligible) {
    return streaming()
        .filter(member -> eligible.test(member.name()))
        .min(Comparator.comparing(Shard::preference).thenComparing(Member::name))
        .map(Member::name);
  }

  /** With synchronous replication Patroni hands over only to a synchronous instance. */
  private static int preference(Member member) {
    return member.role().equals("replica") ? 1 : 0;
  }

  /** Has that instance made the primary. */
  HandOver handOver(String leader, String candidate) {
    return new HandOver(target(), running(), leader, candidate);
  }

  /** What somebody asks of this shard by an annotation. */
  Optional<Request> request(String annotation) {
    return Request.of(blueprint.set(), annotation).filter(each -> each.part().equals(name));
  }

  /** By its label: it may lead and Patroni be silent, or it recovers from a crash. */
  public static boolean isPrimary(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    return labels != null && "primary".equals(labels.get(Labels.ROLE));
  }
}
