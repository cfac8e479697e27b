package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Removal;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.identity.ClusterIdentity;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
 */
public final class ShardSetDeletion {

  private static final String RETAINED =
      "Volumes, credentials and what Patroni kept stay, for the deletion policy is Retain: a"
          + " ShardSet of the same name takes them up again. To delete the data: kubectl -n %s"
          + " delete pvc,secret,service,endpoints -l knowledgenetwork.dev/shardset=%s";

  private ShardSetDeletion() {}

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
    if (policy == DeletionPolicy.RETAIN) {
      return withoutWriters(set, children);
    }
    List<HasMetadata> workloads =
        sorted(Stream.of(StatefulSet.class, Deployment.class, Job.class).flatMap(children::all));
    if (!workloads.isEmpty()) {
      return Removal.step(workloads, "the workloads end");
    }
    if (children.all(Pod.class).findAny().isPresent()) {
      return Removal.step(List.of(), "their pods have ended");
    }
    Optional<String> identity = identity(set, children);
    List<HasMetadata> claims = sorted(own(children.all(PersistentVolumeClaim.class), identity));
    if (!claims.isEmpty()) {
      return Removal.step(claims, "the volumes are deleted");
    }
    List<HasMetadata> memory =
        sorted(
            own(
                Stream.concat(children.all(Endpoints.class), children.all(Service.class)),
                identity));
    if (!memory.isEmpty()) {
      return Removal.step(memory, "what Patroni kept is deleted");
    }
    List<HasMetadata> secrets = sorted(retained(set, children, identity));
    return secrets.isEmpty()
        ? Removal.complete()
        : Removal.step(secrets, "the Secrets that go with the data are deleted");
  }

  private static Removal withoutWriters(ShardSet set, Children children) {
    List<HasMetadata> poolers = sorted(children.all(Deployment.class));
    Map<String, String> labels = Labels.selector(Blueprint.POOLER, Labels.SHARD_SET, name(set));
    boolean writers =
        children
            .all(Pod.class)
            .map(pod -> Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of()))
            .anyMatch(pod -> pod.entrySet().containsAll(labels.entrySet()));
    return poolers.isEmpty() && !writers
        ? Removal.complete(RETAINED.formatted(set.getMetadata().getNamespace(), name(set)))
        : Removal.step(
            poolers, "the poolers have ended, so that every instance has all that was written");
  }

  /** The superuser's Secret goes last: it holds the identity by which the others are known. */
  private static Stream<Secret> retained(
      ShardSet set, Children children, Optional<String> identity) {
    String name = name(set);
    List<Secret> others =
        own(
                children
                    .all(Secret.class)
                    .filter(
                        secret ->
                            List.of(
                                    Names.databaseAuthority(name),
                                    Names.migrateLogin(name),
                                    Names.appLogin(name),
                                    Names.topology(name))
                                .contains(secret.getMetadata().getName())),
                identity)
            .toList();
    return others.isEmpty()
        ? children.find(Secret.class, Names.superuser(name)).stream()
        : others.stream();
  }

  private static Optional<String> identity(ShardSet set, Children children) {
    return ClusterIdentity.of(set, children)
        .or(() -> Optional.ofNullable(set.getStatus()).map(ShardSetStatus::clusterId));
  }

  /** Only what carries this identity: another one belongs to somebody else. */
  private static <T extends HasMetadata> Stream<T> own(
      Stream<T> objects, Optional<String> identity) {
    return objects.filter(
        object -> identity.isPresent() && ClusterIdentity.label(object).equals(identity));
  }

  private static String name(ShardSet set) {
    return set.getMetadata().getName();
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
