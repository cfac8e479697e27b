package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierBinding;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetBinding;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.NetworkObserved;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.network.roles.Sizes;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** KnowledgeNetworks and what is seen of them, for tests. */
public final class Networks {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Images IMAGES = images("app:1");
  public static final NetworkObserved NOTHING =
      new NetworkObserved(new Children(List.of()), Optional.empty(), Optional.empty(), true);

  private Networks() {}

  static Images images(String app) {
    return new Images("postgres:1", "pooler:1", "valkey:1", app);
  }

  public static KnowledgeNetwork network(KnowledgeNetworkSpec spec) {
    KnowledgeNetwork network = new KnowledgeNetwork();
    network.setMetadata(
        new ObjectMetaBuilder()
            .withName("kn")
            .withNamespace("demo")
            .withUid("uid-of-network")
            .withGeneration(1L)
            .build());
    network.setSpec(spec);
    return network;
  }

  public static KnowledgeNetwork network() {
    return network(KnowledgeNetworkSpec.defaults());
  }

  public static KnowledgeNetwork network(Profile profile) {
    KnowledgeNetworkSpec d = KnowledgeNetworkSpec.defaults();
    return network(
        new KnowledgeNetworkSpec(
            profile,
            null,
            null,
            d.api(),
            d.realtime(),
            d.worker(),
            d.security(),
            d.observability(),
            d.deletionPolicy()));
  }

  static KnowledgeNetwork referring(String shardSet, String cacheTier) {
    KnowledgeNetworkSpec d = KnowledgeNetworkSpec.defaults();
    return network(
        new KnowledgeNetworkSpec(
            d.profile(),
            new LocalReference(shardSet),
            new LocalReference(cacheTier),
            d.api(),
            d.realtime(),
            d.worker(),
            d.security(),
            d.observability(),
            d.deletionPolicy()));
  }

  /** A ShardSet with the profile's spec and a Ready condition; owned by the network. */
  static ShardSet shardSet(KnowledgeNetwork network, ConditionStatus ready) {
    String name = name(network.getSpec().shardSet(), network);
    ShardSet shardSet = new ShardSet();
    shardSet.setMetadata(Metadata.owned(network, name, Map.of()));
    shardSet.getMetadata().setGeneration(1L);
    shardSet.setSpec(
        Sizes.of(network.getSpec().profile()).shardSet(network.getSpec().deletionPolicy()));
    shardSet.setStatus(
        new ShardSetStatus(
            1L,
            List.of(condition("Ready", ready)),
            "cluster-1",
            1L,
            2,
            "",
            2,
            "2/2",
            List.of(),
            new ShardSetBinding(name + "-topology", name + "-app", name + "-migrate")));
    return shardSet;
  }

  static CacheTier cacheTier(KnowledgeNetwork network, ConditionStatus ready) {
    String name = name(network.getSpec().cacheTier(), network);
    CacheTier tier = new CacheTier();
    tier.setMetadata(Metadata.owned(network, name, Map.of()));
    tier.getMetadata().setGeneration(1L);
    tier.setSpec(Sizes.of(network.getSpec().profile()).cacheTier());
    tier.setStatus(
        new CacheTierStatus(
            1L,
            List.of(condition("Ready", ready)),
            new CacheTierBinding(name + "-cache", name + "-cache-auth", "policy-1"),
            name + "-valkey.demo.svc:6379",
            "64Mi"));
    return tier;
  }

  static Condition condition(String type, ConditionStatus status) {
    return new Condition(type, status, "Test", "said the test.", "2026-01-01T00:00:00Z", 1L);
  }

  /** Dependencies ready, and these children. */
  static NetworkObserved served(KnowledgeNetwork network, HasMetadata... children) {
    return seen(network, ConditionStatus.TRUE, ConditionStatus.TRUE, List.of(children));
  }

  static NetworkObserved seen(
      KnowledgeNetwork network,
      ConditionStatus shards,
      ConditionStatus cache,
      List<? extends HasMetadata> children) {
    return new NetworkObserved(
        new Children(List.copyOf(children)),
        Optional.of(shardSet(network, shards)),
        Optional.of(cacheTier(network, cache)),
        true);
  }

  public static Plan plan(KnowledgeNetwork network, NetworkObserved observed) {
    return NetworkPlanner.plan(network, observed, IMAGES, NOW);
  }

  /** The planned migration, as live, with a condition of that type where it is not empty. */
  static Job job(Plan plan, String condition) {
    Job planned =
        plan.resources().stream()
            .filter(Job.class::isInstance)
            .map(Job.class::cast)
            .findFirst()
            .orElseThrow();
    if (condition.isEmpty()) {
      return planned;
    }
    return new JobBuilder(planned)
        .withNewStatus()
        .addNewCondition()
        .withType(condition)
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }

  /** The planned Deployments, as live: applied, complete and with all pods. */
  static List<Deployment> running(Plan plan) {
    return plan.resources().stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .map(planned -> running(planned, planned.getSpec().getReplicas()))
        .toList();
  }

  /** A planned Deployment, as live, with that many pods that serve. */
  static Deployment running(Deployment planned, int available) {
    int replicas = planned.getSpec().getReplicas();
    return new DeploymentBuilder(planned)
        .editMetadata()
        .withGeneration(1L)
        .addToAnnotations(Annotations.DESIRED_HASH, Hash.of(planned))
        .endMetadata()
        .withNewStatus()
        .withObservedGeneration(1L)
        .withReplicas(replicas)
        .withUpdatedReplicas(replicas)
        .withAvailableReplicas(available)
        .endStatus()
        .build();
  }

  static HasMetadata[] with(List<? extends HasMetadata> some, HasMetadata... more) {
    return Stream.concat(some.stream(), Stream.of(more)).toArray(HasMetadata[]::new);
  }

  /** Everything runs: what is seen of the network with that image. */
  static NetworkObserved settled(KnowledgeNetwork network, Images images) {
    Job job = job(NetworkPlanner.plan(network, served(network), images, NOW), "Complete");
    Plan plan = NetworkPlanner.plan(network, served(network, job), images, NOW);
    return served(network, with(running(plan), job));
  }

  private static String name(@Nullable LocalReference reference, KnowledgeNetwork network) {
    return reference == null ? network.getMetadata().getName() : reference.name();
  }
}
