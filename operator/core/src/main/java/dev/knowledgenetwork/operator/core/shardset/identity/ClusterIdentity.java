package dev.knowledgenetwork.operator.core.shardset.identity;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.TopologyPublication;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whose data it is. The identity is made once with the superuser's Secret; volumes, other Secrets
 * and databases carry it. Whatever carries another one belongs to somebody else and is not touched.
 */
public final class ClusterIdentity {

  private ClusterIdentity() {}

  /** The identity, once the superuser's Secret is there. */
  public static Optional<String> of(ShardSet set, Children children) {
    return children
        .find(Secret.class, Names.superuser(set.getMetadata().getName()))
        .map(Secret::getData)
        .map(data -> data.get(ShardSetSecrets.CLUSTER_ID))
        .map(TopologyPublication::decoded);
  }

  /** Why what is there must not be adopted; empty where all of it belongs together. */
  public static List<Problem> conflicts(ShardSet set, Observed observed) {
    String name = set.getMetadata().getName();
    Children children = observed.children();
    List<Problem> conflicts = new ArrayList<>();
    of(set, children)
        .ifPresentOrElse(
            id -> {
              conflicts.addAll(foreign(set, id, observed));
              if (established(set, children)) {
                lost(set, children).ifPresent(conflicts::add);
                otherAuthority(set, children).ifPresent(conflicts::add);
              }
            },
            () -> orphans(set, children).ifPresent(conflicts::add));
    surplus(set, children).ifPresent(conflicts::add);
    conflicts.addAll(lostVolumes(set, children));
    conflicts.addAll(missingInstances(set, children));
    return List.copyOf(conflicts);
  }

  private static Optional<Problem> orphans(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    if (!established(set, children)) {
      return Optional.empty();
    }
    String claims = names(children.all(PersistentVolumeClaim.class));
    return Optional.of(
        mismatch(
            "the data of ShardSet "
                + name
                + " exists without the identity that Secret "
                + Names.superuser(name)
                + " holds: restore the Secrets "
                + Names.superuser(name)
                + " and "
                + Names.databaseAuthority(name)
                + (claims.isEmpty()
                    ? ", or delete this ShardSet and create it anew"
                    : ", or delete this ShardSet and these claims and the data with them: "
                        + claims)));
  }

  /** Whether there is data, or was: from then on nothing that belongs to it is made anew. */
  private static boolean established(ShardSet set, Children children) {
    return set.getStatus() != null && set.getStatus().epoch() != null
        || children.all(PersistentVolumeClaim.class).findAny().isPresent();
  }

  /**
   * A new authority would not be the one that clients trust, and the superuser's password is the
   * operator's only way in. Other passwords can be set in the databases, so they are made anew.
   */
  private static Optional<Problem> lost(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    String authority = Names.databaseAuthority(name);
    String lost =
        Stream.of(
                new Logins.Place(authority, "tls.crt"),
                new Logins.Place(authority, "tls.key"),
                Logins.places(name).get(Logins.SUPERUSER))
            .filter(place -> children.line(place.secret(), place.key()).isEmpty())
            .map(
                place ->
                    children.find(Secret.class, place.secret()).isEmpty()
                        ? place.secret()
                        : place.toString())
            .distinct()
            .collect(Collectors.joining(", "));
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(
            mismatch(
                "the databases rely on Secrets that are gone: restore the Secrets from a backup,"
                    + " or create a new ShardSet and move the data there: "
                    + lost));
  }

  /**
   * Whether the authority that the operator trusts is not that of the databases, so that none of
   * them can tell it anything.
   */
  public static boolean hasAnotherAuthority(ShardSet set, Children children) {
    return established(set, children) && otherAuthority(set, children).isPresent();
  }

  /** One that signed nothing of what is there was put in the place of the one that did. */
  private static Optional<Problem> otherAuthority(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    Optional<String> authority = children.line(Names.databaseAuthority(name), "tls.crt");
    List<String> trusting =
        Stream.concat(
                Stream.of(Names.topology(name), Names.pooler(name)),
                Blueprint.shards(set).stream().map(shard -> Names.shardTls(name, shard)))
            .filter(secret -> children.line(secret, TopologyPublication.AUTHORITY).isPresent())
            .toList();
    boolean other =
        trusting.stream()
            .noneMatch(
                secret -> children.line(secret, TopologyPublication.AUTHORITY).equals(authority));
    return authority.isEmpty() || trusting.isEmpty() || !other
        ? Optional.empty()
        : Optional.of(
            mismatch(
                ("the databases have certificates of another authority than Secret %s: restore the"
                        + " Secret from a backup; the certificate that belongs there is in Secret"
                        + " %s, key %s")
                    .formatted(
                        Names.databaseAuthority(name),
                        trusting.getFirst(),
                        TopologyPublication.AUTHORITY)));
  }

  private static Optional<Problem> surplus(ShardSet set, Children children) {
    List<String> shards = Blueprint.shards(set);
    String claims =
        names(
            children
                .all(PersistentVolumeClaim.class)
                .filter(claim -> shard(claim).filter(each -> !shards.contains(each)).isPresent()));
    return claims.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem.InvalidSpec(
                ShardSetReason.IDENTITY_MISMATCH,
                "spec.sharding.shards",
                "these claims hold data of shards that are not among the "
                    + shards.size()
                    + " of the spec: set sharding.shards as it was, or delete the claims and the"
                    + " data with them: "
                    + claims));
  }

  /**
   * Patroni remembers data and there is none: no instance could ever start from it, and an empty
   * one must not take its place unless somebody says so.
   */
  private static List<Problem> lostVolumes(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    return Blueprint.shards(set).stream()
        .filter(
            shard -> initialized(Names.patroniMemory(name, shard).getFirst(), children).isPresent())
        .filter(shard -> ShardStatefulSet.instances(children, Names.shard(name, shard)).isEmpty())
        .filter(
            shard ->
                children
                    .all(PersistentVolumeClaim.class)
                    .noneMatch(claim -> shard(claim).filter(shard::equals).isPresent()))
        .map(
            shard ->
                mismatch(
                    "shard "
                        + shard
                        + " had data, but its volumes are gone, or their claims have lost the label "
                        + Labels.SHARD_SET
                        + ": put the claims back, with their labels, or, where there are none"
                        + " (kubectl -n "
                        + set.getMetadata().getNamespace()
                        + " get pvc), delete these Endpoints to begin with an empty database: "
                        + String.join(", ", Names.patroniMemory(name, shard))))
        .toList();
  }

  /**
   * Instances that Patroni counts on to tell which of them is newest. With fewer it would either
   * never have a primary, or the newest data would be on a volume that nobody mounts.
   */
  private static List<Problem> missingInstances(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    List<Problem> problems = new ArrayList<>();
    for (String shard : Blueprint.shards(set)) {
      Set<String> started =
          IntStream.range(0, set.getSpec().instances())
              .mapToObj(ordinal -> Names.instance(name, shard, ordinal))
              .collect(Collectors.toSet());
      String missing =
          synchronous(children, Names.synchronousMembers(name, shard))
              .filter(member -> !started.contains(member))
              .sorted()
              .collect(Collectors.joining(", "));
      if (!missing.isEmpty()
          && ShardStatefulSet.instances(children, Names.shard(name, shard)).isEmpty()) {
        problems.add(
            new Problem.InvalidSpec(
                ShardSetReason.IDENTITY_MISMATCH,
                "spec.instances",
                "the newest data of shard "
                    + shard
                    + " may be with "
                    + missing
                    + ": set instances as it was, and lower it once the ShardSet is Ready"));
      }
    }
    return problems;
  }

  private static Stream<String> synchronous(Children children, String endpoints) {
    return children
        .find(Endpoints.class, endpoints)
        .map(live -> live.getMetadata().getAnnotations())
        .map(
            annotations ->
                Stream.of(Annotations.LAST_LEADER, Annotations.LAST_STANDBYS)
                    .map(key -> annotations.getOrDefault(key, ""))
                    .flatMap(names -> Stream.of(names.split(",")))
                    .filter(member -> !member.isEmpty()))
        .orElseGet(Stream::empty);
  }

  /**
   * What Patroni remembers of the database that a shard has had: its system identifier, empty while
   * the first one is being made. Nothing where there was none.
   *
   * @param endpoints those in which it keeps its configuration
   */
  public static Optional<String> initialized(String endpoints, Children children) {
    return children
        .find(Endpoints.class, endpoints)
        .map(live -> live.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Annotations.INITIALIZED));
  }

  private static Optional<String> shard(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getMetadata().getLabels())
        .map(labels -> labels.get(Labels.SHARD));
  }

  private static List<Problem> foreign(ShardSet set, String id, Observed observed) {
    String name = set.getMetadata().getName();
    List<Problem> conflicts = new ArrayList<>();
    String claims = names(carryingOther(observed.children().all(PersistentVolumeClaim.class), id));
    if (!claims.isEmpty()) {
      conflicts.add(
          mismatch(
              "these claims belong to another ShardSet than Secret "
                  + Names.superuser(name)
                  + " (label "
                  + Labels.CLUSTER_ID
                  + "): delete them, or restore the Secrets that belong to them: "
                  + claims));
    }
    String secrets = names(carryingOther(observed.children().all(Secret.class), id));
    if (!secrets.isEmpty()) {
      conflicts.add(
          mismatch(
              "these Secrets belong to another ShardSet than Secret "
                  + Names.superuser(name)
                  + " (label "
                  + Labels.CLUSTER_ID
                  + "): restore the Secrets that belong together: "
                  + secrets));
    }
    String databases =
        Blueprint.shards(set).stream()
            .filter(
                shard ->
                    observed
                        .facts()
                        .of(DatabaseView.FACT, Blueprint.target(set, shard))
                        .filter(view -> carriesOther(view, id))
                        .isPresent())
            .collect(Collectors.joining(", "));
    if (!databases.isEmpty()) {
      conflicts.add(
          mismatch(
              "the databases of these shards belong to another ShardSet than Secret "
                  + Names.superuser(name)
                  + ": restore the Secrets that belong to them: "
                  + databases));
    }
    return conflicts;
  }

  private static boolean carriesOther(DatabaseView view, String id) {
    return !view.clusterId().isEmpty() && !view.clusterId().equals(id);
  }

  private static <T extends HasMetadata> Stream<T> carryingOther(Stream<T> objects, String id) {
    return objects.filter(object -> !label(object).orElse(id).equals(id));
  }

  /** The identity that an object carries as its label; empty where it carries none. */
  public static Optional<String> label(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(Labels.CLUSTER_ID));
  }

  private static String names(Stream<? extends HasMetadata> objects) {
    return objects
        .map(object -> object.getMetadata().getName())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static Problem mismatch(String message) {
    return new Problem.InvalidSpec(ShardSetReason.IDENTITY_MISMATCH, "metadata.name", message);
  }
}
