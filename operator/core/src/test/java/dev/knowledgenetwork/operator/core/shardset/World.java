package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniView.Member;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.topology.KnSchema;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster that does what plans say, by hand and at once. */
public final class World {

  private final ShardSet set;
  private final Map<String, HasMetadata> objects = new LinkedHashMap<>();
  private final Map<String, PatroniView> patroni = new HashMap<>();
  private final Map<String, DatabaseView> databases = new HashMap<>();

  public World(ShardSet set) {
    this.set = set;
  }

  /** Everything up: secrets, objects, pods, replication, databases. */
  public static World running(ShardSet set) {
    World world = new World(set);
    world.step();
    world.step();
    world.step();
    Blueprint.shards(set).forEach(world::start);
    world.startPooler();
    world.step();
    return world;
  }

  public Plan plan() {
    return ShardSetPlanner.plan(set, observed(), Sets.IMAGES, Sets.NOW);
  }

  public ShardSetObserved observed() {
    return new ShardSetObserved(new Children(List.copyOf(objects.values())), patroni, databases);
  }

  /** Plans and applies. */
  public Plan step() {
    Plan plan = plan();
    plan.secrets().forEach(this::mint);
    plan.resources().forEach(this::apply);
    return plan;
  }

  void put(HasMetadata object) {
    objects.put(key(object.getClass(), object.getMetadata().getName()), object);
  }

  public void remove(Class<? extends HasMetadata> type, String name) {
    objects.remove(key(type, name));
  }

  public <T extends HasMetadata> T get(Class<T> type, String name) {
    return type.cast(objects.get(key(type, name)));
  }

  void patroni(String shard, PatroniView view) {
    patroni.put(shard, view);
  }

  public void database(String shard, DatabaseView view) {
    databases.put(shard, view);
  }

  /** As right after a start of the operator: nobody has answered yet. */
  void forgetAnswers() {
    patroni.clear();
    databases.clear();
  }

  /** All pods of a shard ready, the first one primary, the database prepared. */
  void start(String shard) {
    int instances = set.getSpec().instances();
    List<Member> members = new ArrayList<>();
    for (int ordinal = 0; ordinal < instances; ordinal++) {
      pod(shard, ordinal, ordinal == 0 ? "primary" : "replica", true);
      members.add(
          new Member(
              Names.instance("kn", shard, ordinal),
              ordinal == 0 ? "leader" : "quorum_standby",
              ordinal == 0 ? "running" : "streaming"));
      put(
          new PersistentVolumeClaimBuilder()
              .withNewMetadata()
              .withName("data-" + Names.instance("kn", shard, ordinal))
              .withLabels(
                  Map.of(
                      Labels.SHARD_SET,
                      "kn",
                      Labels.SHARD,
                      shard,
                      Labels.CLUSTER_ID,
                      Sets.CLUSTER_ID))
              .endMetadata()
              .build());
    }
    StatefulSet live = get(StatefulSet.class, Names.shard("kn", shard));
    put(
        new StatefulSetBuilder(live)
            .editMetadata()
            .withGeneration(1L)
            .endMetadata()
            .withNewStatus()
            .withObservedGeneration(1L)
            .withCurrentRevision("r1")
            .withUpdateRevision("r1")
            .endStatus()
            .build());
    get(Endpoints.class, Names.shard("kn", shard) + "-config")
        .getMetadata()
        .getAnnotations()
        .put(Annotations.INITIALIZED, "7000000000000000000");
    patroni(
        shard,
        new PatroniView(
            members, PatroniConfiguration.dynamic(set.getSpec(), set.getSpec().instances())));
    database(shard, new DatabaseView(true, Sets.CLUSTER_ID, KnSchema.VERSION, 1));
  }

  void startPooler() {
    Deployment live = get(Deployment.class, "kn-pooler");
    put(
        new DeploymentBuilder(live)
            .editMetadata()
            .withGeneration(1L)
            .endMetadata()
            .withNewStatus()
            .withObservedGeneration(1L)
            .withReadyReplicas(live.getSpec().getReplicas())
            .withUpdatedReplicas(live.getSpec().getReplicas())
            .endStatus()
            .build());
  }

  Pod pod(String shard, int ordinal, String role, boolean ready) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(Names.instance("kn", shard, ordinal))
            .withNamespace("demo")
            .withLabels(Map.of(Labels.ROLE, role, Labels.SHARD, shard))
            .endMetadata()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus(ready ? "True" : "False")
            .endCondition()
            .endStatus()
            .build();
    put(pod);
    return pod;
  }

  void mint(PlannedSecret planned) {
    String name = planned.metadata().getName();
    if (get(Secret.class, name) == null) {
      put(
          new SecretBuilder()
              .withMetadata(planned.metadata())
              .withData(
                  Map.of("cluster-id", encoded(Sets.CLUSTER_ID), "tls.crt", encoded("certificate")))
              .build());
    }
  }

  /** What the deletion of the ShardSet leaves with Retain: all that has no owner. */
  public World retained(ShardSet next) {
    World world = new World(next);
    objects.values().stream()
        .filter(object -> object.getMetadata().getOwnerReferences().isEmpty())
        .filter(object -> !(object instanceof Pod))
        .forEach(world::put);
    return world;
  }

  private void apply(HasMetadata desired) {
    HasMetadata copy = Sets.copy(desired);
    Map<String, String> annotations = new HashMap<>();
    if (copy.getMetadata().getAnnotations() != null) {
      annotations.putAll(copy.getMetadata().getAnnotations());
    }
    annotations.put(Annotations.DESIRED_HASH, Hash.of(desired));
    copy.getMetadata().setAnnotations(annotations);
    HasMetadata live = get(desired.getClass(), desired.getMetadata().getName());
    if (live instanceof Endpoints before && before.getMetadata().getAnnotations() != null) {
      Optional.ofNullable(before.getMetadata().getAnnotations().get(Annotations.INITIALIZED))
          .ifPresent(kept -> annotations.put(Annotations.INITIALIZED, kept));
    }
    if (live instanceof StatefulSet before && copy instanceof StatefulSet after) {
      after.setStatus(before.getStatus());
      after.getMetadata().setGeneration(before.getMetadata().getGeneration());
    }
    if (live instanceof Deployment before && copy instanceof Deployment after) {
      after.setStatus(before.getStatus());
      after.getMetadata().setGeneration(before.getMetadata().getGeneration());
    }
    put(copy);
  }

  private static String key(Class<?> type, String name) {
    return type.getSimpleName() + "/" + name;
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
