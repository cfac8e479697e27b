package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardStatefulSet;
import dev.knowledgenetwork.operator.core.trial.Trial;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What remains to be done when a ShardSet is deleted. With Retain only the pooler goes first: once
 * nobody writes, the replicas have everything before the instances stop in any order. What has an
 * owner goes by itself, the rest stays. With Delete, in this order: workloads, and their pods with
 * them; volumes; Patroni's memory of them; the Secrets without which the volumes were of no use.
 *
 * <p>Labels alone make nothing the ShardSet's: a manifest may have been copied with them. Workloads
 * are those that it controls, pods those of these workloads; what has no owner is known by its name
 * and the identity of the data.
 */
public final class ShardSetDeletion {

  private static final String RETAINED =
      "Volumes, credentials and what Patroni kept stay, for the deletion policy is Retain: a"
          + " ShardSet of the same name takes them up again. To delete the data: kubectl -n %s"
          + " delete pvc,secret,service,endpoints -l knowledgenetwork.dev/shardset=%s";
  private static final String LEFT =
      "All that was made stays, for it was deleted with orphan propagation: a ShardSet of the same"
          + " name takes it up again. To delete the data, and what uses it: kubectl -n %s delete"
          + " statefulset,deployment,pvc,secret,service,endpoints -l"
          + " knowledgenetwork.dev/shardset=%s";

  /** Kubernetes' finalizer of an object that is to leave what it made. */
  private static final String ORPHAN = "orphan";

  private final ShardSet set;
  private final Children children;
  private final String name;

  private ShardSetDeletion(ShardSet set, Children children) {
    this.set = set;
    this.children = children;
    this.name = set.getMetadata().getName();
  }

  /**
   * The next step, from what is still there.
   *
   * @param owner the network that made it, where it is still there: its word counts, for it may
   *     have changed while nobody could pass it on
   */
  static Removal remaining(ShardSet set, Children children, Optional<HasMetadata> owner) {
    if (owner.flatMap(KnObject::unreadable).isPresent()) {
      return Removal.step(
          List.of(),
          "this version of the operator understands KnowledgeNetwork %s, whose deletion policy counts"
              .formatted(owner.get().getMetadata().getName()));
    }
    DeletionPolicy policy =
        owner
            .filter(KnowledgeNetwork.class::isInstance)
            .map(network -> ((KnowledgeNetwork) network).getSpec().deletionPolicy())
            .orElseGet(() -> set.getSpec().deletionPolicy());
    ShardSetDeletion deletion = new ShardSetDeletion(set, children);
    if (deletion.isLeft()) {
      return Removal.complete(deletion.said(LEFT));
    }
    return policy == DeletionPolicy.RETAIN ? deletion.withoutWriters() : deletion.withData();
  }

  /**
   * Whether it was deleted with orphan propagation. Kubernetes then takes the owner from what was
   * made, and its finalizer after that, both perhaps before anybody looks.
   */
  private boolean isLeft() {
    return set.hasFinalizer(ORPHAN)
        || Stream.concat(
                Blueprint.shards(set).stream()
                    .map(shard -> children.find(StatefulSet.class, Names.shard(name, shard))),
                Stream.of(children.find(Deployment.class, Names.pooler(name))))
            .flatMap(Optional::stream)
            .anyMatch(live -> Metadata.controller(live).isEmpty());
  }

  private Removal withData() {
    List<HasMetadata> workloads =
        sorted(
            Stream.of(StatefulSet.class, Deployment.class, Job.class)
                .flatMap(children::all)
                .filter(this::isControlled));
    if (!workloads.isEmpty()) {
      return Removal.step(workloads, "the workloads end");
    }
    List<HasMetadata> pods = sorted(children.all(Pod.class).filter(this::isOfAWorkload));
    if (!pods.isEmpty()) {
      return Removal.step(leftBehind(), pods, "their pods have ended");
    }
    List<HasMetadata> claims =
        sorted(own(children.all(PersistentVolumeClaim.class).filter(this::isOfAnInstance)));
    if (!claims.isEmpty()) {
      return Removal.step(claims, "the volumes are deleted");
    }
    List<HasMetadata> memory =
        sorted(
            own(
                Stream.concat(children.all(Endpoints.class), children.all(Service.class))
                    .filter(this::isMemory)));
    if (!memory.isEmpty()) {
      return Removal.step(memory, "what Patroni kept is deleted");
    }
    List<HasMetadata> secrets = sorted(retained());
    return secrets.isEmpty()
        ? Removal.complete()
        : Removal.step(secrets, "the Secrets that go with the data are deleted");
  }

  private Removal withoutWriters() {
    List<HasMetadata> poolers = sorted(children.all(Deployment.class).filter(this::isControlled));
    Map<String, String> labels = Labels.selector(Blueprint.POOLER, Labels.SHARD_SET, name);
    List<HasMetadata> writers =
        sorted(
            children
                .all(Pod.class)
                .filter(pod -> labels(pod).entrySet().containsAll(labels.entrySet()))
                .filter(this::isOfAWorkload));
    String until = "the poolers have ended, so that every instance has all that was written";
    if (!poolers.isEmpty()) {
      return Removal.step(poolers, until);
    }
    if (!writers.isEmpty()) {
      return Removal.awaiting(writers, until);
    }
    List<HasMetadata> leftBehind = leftBehind();
    return leftBehind.isEmpty()
        ? Removal.complete(said(RETAINED))
        : Removal.step(leftBehind, "the instances that no StatefulSet controls have ended");
  }

  /**
   * The instances of a StatefulSet that is about to be made anew, and will not be: nobody else ends
   * them.
   */
  private List<HasMetadata> leftBehind() {
    return sorted(
        children
            .all(Pod.class)
            .filter(this::isInstance)
            .filter(pod -> Metadata.controller(pod).isEmpty()));
  }

  /** The superuser's Secret goes last: it holds the identity by which the others are known. */
  private Stream<Secret> retained() {
    List<String> names =
        List.of(
            Names.databaseAuthority(name),
            Names.migrateLogin(name),
            Names.appLogin(name),
            Names.topology(name));
    List<Secret> others =
        own(children
                .all(Secret.class)
                .filter(secret -> names.contains(secret.getMetadata().getName())))
            .toList();
    return others.isEmpty()
        ? children.find(Secret.class, Names.superuser(name)).stream()
        : others.stream();
  }

  private boolean isControlled(HasMetadata object) {
    return Metadata.controller(object)
        .map(OwnerReference::getUid)
        .filter(set.getMetadata().getUid()::equals)
        .isPresent();
  }

  /** By the name of its controller: the controller itself is gone before its pods are. */
  private boolean isOfAWorkload(Pod pod) {
    return isInstance(pod)
        || Metadata.controller(pod)
            .filter(
                owner ->
                    switch (owner.getKind()) {
                      case "ReplicaSet" -> isOfThePooler(owner.getName());
                      case "Job" ->
                          shard(pod).filter(s -> Trial.isOf(s, owner.getName())).isPresent();
                      default -> false;
                    })
            .isPresent();
  }

  private boolean isInstance(Pod pod) {
    return shard(pod).filter(workload -> ShardStatefulSet.isInstance(workload, pod)).isPresent();
  }

  /** Kubernetes puts a hash without a hyphen after the name of the Deployment. */
  private boolean isOfThePooler(String replicaSet) {
    return replicaSet.startsWith(Names.pooler(name) + "-")
        && replicaSet.lastIndexOf('-') == Names.pooler(name).length();
  }

  private boolean isOfAnInstance(PersistentVolumeClaim claim) {
    return shard(claim)
        .map(shard -> ShardStatefulSet.claim(shard) + "-")
        .filter(claim.getMetadata().getName()::startsWith)
        .map(prefix -> claim.getMetadata().getName().substring(prefix.length()))
        .filter(ordinal -> !ordinal.isEmpty() && ordinal.chars().allMatch(Character::isDigit))
        .isPresent();
  }

  private boolean isMemory(HasMetadata object) {
    return Optional.ofNullable(labels(object).get(Labels.SHARD))
        .filter(shard -> Names.patroniMemory(name, shard).contains(object.getMetadata().getName()))
        .isPresent();
  }

  /** Name of the StatefulSet of the shard that an object names. */
  private Optional<String> shard(HasMetadata object) {
    return Optional.ofNullable(labels(object).get(Labels.SHARD))
        .map(shard -> Names.shard(name, shard));
  }

  /** Only what carries this identity: another one belongs to somebody else. */
  private <T extends HasMetadata> Stream<T> own(Stream<T> objects) {
    Optional<String> identity =
        ClusterIdentity.of(set, children)
            .or(() -> Optional.ofNullable(set.getStatus()).map(ShardSetStatus::clusterId));
    return objects.filter(
        object -> identity.isPresent() && ClusterIdentity.label(object).equals(identity));
  }

  private String said(String text) {
    return text.formatted(set.getMetadata().getNamespace(), name);
  }

  private static Map<String, String> labels(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
  }

  private static List<HasMetadata> sorted(Stream<? extends HasMetadata> objects) {
    return objects
        .<HasMetadata>map(object -> object)
        .sorted(Comparator.comparing(ShardSetDeletion::order))
        .toList();
  }

  private static String order(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }
}
