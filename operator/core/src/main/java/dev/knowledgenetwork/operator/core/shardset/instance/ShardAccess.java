package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.workload.Mounts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What Patroni may do: write its own four Endpoints and its own pods. Lists and watches cannot be
 * limited to names; everything else is. It may so twice over: where somebody deletes a Role or a
 * binding, the API server would refuse Patroni at once, and a primary that is refused steps down.
 */
public final class ShardAccess {

  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final int MOST_INSTANCES = 5;

  /** How often Patroni reads its token again. */
  private static final Duration READ_AGAIN = Duration.ofMinutes(1);

  private ShardAccess() {}

  /** The account of a shard's pods, two Roles and their bindings; they go with the ShardSet. */
  public static List<HasMetadata> of(Blueprint blueprint, String shard) {
    String account = blueprint.shardName(shard);
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(blueprint.pods().account(blueprint.owned(account, blueprint.shardLabels(shard))));
    objects.addAll(grant(blueprint, shard, account));
    objects.addAll(grant(blueprint, shard, Names.spare(account)));
    return objects;
  }

  private static List<HasMetadata> grant(Blueprint blueprint, String shard, String name) {
    return List.of(
        new RoleBuilder()
            .withMetadata(blueprint.owned(name, blueprint.shardLabels(shard)))
            .withRules(
                rule("endpoints", List.of("list", "watch"), List.of()),
                rule("endpoints", List.of("get", "patch", "update"), endpoints(blueprint, shard)),
                rule("pods", List.of("list", "watch"), List.of()),
                rule("pods", List.of("get", "patch"), pods(blueprint, shard)))
            .build(),
        new RoleBindingBuilder()
            .withMetadata(blueprint.owned(name, blueprint.shardLabels(shard)))
            .withNewRoleRef(RBAC, "Role", name)
            .addNewSubject()
            .withKind("ServiceAccount")
            .withName(blueprint.shardName(shard))
            .withNamespace(blueprint.namespace())
            .endSubject()
            .build());
  }

  /**
   * Whether the token that a pod started with is void: the account it was issued to was deleted.
   * The one of that name which is there now was made after the pod, and no pod can be made before
   * its account. Times are of whole seconds: what came about within one is not seen.
   *
   * @param account name of the pod's account
   */
  public static boolean isRevoked(Children children, String account, Pod pod) {
    Optional<Instant> made = created(pod);
    return made.isPresent() && issuer(children, account).filter(made.get()::isBefore).isPresent();
  }

  /**
   * Whether the API server refuses a pod, because its token is void and it cannot have another one
   * yet; later on Patroni's own word counts.
   *
   * @param account name of the pod's account
   */
  public static boolean isRefused(Children children, String account, Pod pod, Instant now) {
    return isRevoked(children, account, pod)
        && issuer(children, account)
            .filter(made -> now.isBefore(made.plus(Mounts.TOKEN_LIFE).plus(READ_AGAIN)))
            .isPresent();
  }

  private static Optional<Instant> issuer(Children children, String account) {
    return children.find(ServiceAccount.class, account).flatMap(ShardAccess::created);
  }

  private static Optional<Instant> created(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getCreationTimestamp()).map(Instant::parse);
  }

  /** Patroni's objects: the lock, its configuration, switchovers asked for, synchronous members. */
  static List<String> endpoints(Blueprint blueprint, String shard) {
    String name = blueprint.shardName(shard);
    return List.of(name, name + "-config", name + "-failover", name + "-sync");
  }

  private static List<String> pods(Blueprint blueprint, String shard) {
    return IntStream.range(0, MOST_INSTANCES)
        .mapToObj(ordinal -> Names.instance(blueprint.name(), shard, ordinal))
        .toList();
  }

  private static PolicyRule rule(String resource, List<String> verbs, List<String> names) {
    return new PolicyRuleBuilder()
        .withApiGroups("")
        .withResources(resource)
        .withResourceNames(names)
        .withVerbs(verbs)
        .build();
  }
}
