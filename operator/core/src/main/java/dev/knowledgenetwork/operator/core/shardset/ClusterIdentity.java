package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.observe.Children;
import dev.knowledgenetwork.operator.core.observe.DatabaseView;
import dev.knowledgenetwork.operator.core.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose data it is. The identity is made once with the superuser's Secret; volumes, other Secrets
 * and databases carry it. Whatever carries another one belongs to somebody else and is not touched.
 */
final class ClusterIdentity {

  private static final String MISMATCH = "IdentityMismatch";

  private ClusterIdentity() {}

  /** The identity, once the superuser's Secret is there. */
  static Optional<String> of(ShardSet set, Children children) {
    return children
        .find(Secret.class, Names.superuser(set.getMetadata().getName()))
        .map(Secret::getData)
        .map(data -> data.get(ShardSetSecrets.CLUSTER_ID))
        .map(TopologyPublication::decoded);
  }

  /** Why what is there must not be adopted; empty where all of it belongs together. */
  static List<Problem> conflicts(ShardSet set, ShardSetObserved observed) {
    String name = set.getMetadata().getName();
    Optional<String> identity = of(set, observed.children());
    return identity
        .map(id -> foreign(id, name, observed))
        .orElseGet(() -> orphans(name, observed.children()));
  }

  private static List<Problem> orphans(String name, Children children) {
    String claims = names(children.all(PersistentVolumeClaim.class));
    if (claims.isEmpty()) {
      return List.of();
    }
    return List.of(
        mismatch(
            "volumes of an earlier ShardSet "
                + name
                + " exist without Secret "
                + Names.superuser(name)
                + ": restore the Secrets "
                + Names.superuser(name)
                + ", "
                + Names.databaseAuthority(name)
                + ", "
                + Names.migrateLogin(name)
                + " and "
                + Names.appLogin(name)
                + ", or delete these claims and the data with them: "
                + claims));
  }

  private static List<Problem> foreign(String id, String name, ShardSetObserved observed) {
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
        observed.databases().entrySet().stream()
            .filter(each -> carriesOther(each.getValue(), id))
            .map(Map.Entry::getKey)
            .sorted()
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

  static Optional<String> label(HasMetadata object) {
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
    return new Problem.InvalidSpec(MISMATCH, "metadata.name", message);
  }
}
