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
import dev.knowledgenetwork.crds.network.ProfileState;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetBinding;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.network.roles.SizeTable;
import dev.knowledgenetwork.operator.core.network.roles.Sizes;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.OptionalApi;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** KnowledgeNetworks and what is seen of them, for tests. */
public final class Networks {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Images IMAGES = images("app:1");

  /** All optional APIs that there are. */
  public static final Set<OptionalApi> APIS = new NetworkKind(IMAGES).optionalApis();

  public static final Observed NOTHING = observed(Children.none(), List.of());

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
    return NetworkSpecs.network(
        "profile: "
            + NetworkSpecs.text(profile)
            + "\n"
            + (profile == Profile.DEVELOPMENT ? "" : NetworkSpecs.OIDC));
  }

  static KnowledgeNetwork referring(String shardSet, String cacheTier) {
    return NetworkSpecs.network(
        "{shardSet: {name: %s}, cacheTier: {name: %s}}".formatted(shardSet, cacheTier));
  }

  /**
   * A ShardSet with the profile's spec and a Ready condition; the network's own, or referred to.
   */
  static ShardSet shardSet(KnowledgeNetwork network, ConditionStatus ready) {
    String name = name(network.getSpec().shardSet(), network);
    ShardSet shardSet = new ShardSet();
    shardSet.setMetadata(metadata(network.getSpec().shardSet(), network));
    shardSet.getMetadata().setGeneration(1L);
    shardSet.setSpec(Networks.sizes(network.getSpec().profile()).shardSet(network.getSpec()));
    shardSet.setStatus(
        new ShardSetStatus(
            1L,
            List.of(condition("Ready", ready)),
            "cluster-1",
            1L,
            2,
            "",
            2,
            2,
            2,
            List.of(),
            new ShardSetBinding(
                name + "-db-binding",
                name + "-topology",
                name + "-app",
                name + "-migrate",
                "database-login-1"),
            List.of()));
    return shardSet;
  }

  static CacheTier cacheTier(KnowledgeNetwork network, ConditionStatus ready) {
    String name = name(network.getSpec().cacheTier(), network);
    CacheTier tier = new CacheTier();
    tier.setMetadata(metadata(network.getSpec().cacheTier(), network));
    tier.getMetadata().setGeneration(1L);
    tier.setSpec(Networks.sizes(network.getSpec().profile()).cacheTier(network.getSpec()));
    tier.setStatus(
        new CacheTierStatus(
            1L,
            List.of(condition("Ready", ready)),
            new CacheTierBinding(
                name + "-cache-binding",
                name + "-cache",
                name + "-cache-auth",
                "policy-1",
                "cache-login-1"),
            name + "-valkey.demo.svc:6379",
            "64Mi",
            List.of()));
    return tier;
  }

  /** Tells of another policy. */
  static void policy(CacheTier tier, String hash) {
    CacheTierStatus status = tier.getStatus();
    CacheTierBinding binding = status.binding();
    tier.setStatus(
        new CacheTierStatus(
            status.observedGeneration(),
            status.conditions(),
            new CacheTierBinding(
                binding.name(), binding.configMap(), binding.secret(), hash, binding.secretHash()),
            status.endpoint(),
            status.memory(),
            status.operations()));
  }

  /** Tells of another login. */
  static void login(CacheTier tier, String hash) {
    CacheTierStatus status = tier.getStatus();
    CacheTierBinding binding = status.binding();
    tier.setStatus(
        new CacheTierStatus(
            status.observedGeneration(),
            status.conditions(),
            new CacheTierBinding(
                binding.name(), binding.configMap(), binding.secret(), binding.policyHash(), hash),
            status.endpoint(),
            status.memory(),
            status.operations()));
  }

  public static Sizes sizes(Profile profile) {
    return SizeTable.released().find(new ProfileState(profile, 1)).orElseThrow();
  }

  static Condition condition(String type, ConditionStatus status) {
    return new Condition(type, status, "Test", "said the test.", "2026-01-01T00:00:00Z", 1L);
  }

  /** Dependencies ready, and these children. */
  static Observed served(KnowledgeNetwork network, HasMetadata... children) {
    return seen(network, ConditionStatus.TRUE, ConditionStatus.TRUE, List.of(children));
  }

  static Observed seen(
      KnowledgeNetwork network,
      ConditionStatus shards,
      ConditionStatus cache,
      List<? extends HasMetadata> children) {
    return observed(
        new Children(List.copyOf(children)),
        List.of(shardSet(network, shards), cacheTier(network, cache)));
  }

  /** In a cluster that serves all optional APIs. */
  static Observed observed(Children children, List<? extends HasMetadata> related) {
    return new Observed(children, new Children(List.copyOf(related)), Facts.none(), APIS, NOW);
  }

  /** The same in a cluster that serves no optional API. */
  static Observed withoutApis(Observed observed) {
    return new Observed(
        observed.children(), observed.related(), observed.facts(), Set.of(), observed.now());
  }

  /** The same with other children. */
  static Observed with(Observed observed, List<? extends HasMetadata> children) {
    return observed(new Children(List.copyOf(children)), observed.related().objects());
  }

  /** The same with one child more. */
  static Observed plus(Observed observed, HasMetadata child) {
    return with(
        observed, Stream.concat(observed.children().objects().stream(), Stream.of(child)).toList());
  }

  public static Plan plan(KnowledgeNetwork network, Observed observed) {
    return plan(network, observed, IMAGES);
  }

  static Plan plan(KnowledgeNetwork network, Observed observed, Images images) {
    return Passes.plan(new NetworkKind(images), network, observed);
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
  static Observed settled(KnowledgeNetwork network, Images images) {
    Job job = job(plan(network, served(network), images), "Complete");
    Plan plan = plan(network, served(network, job), images);
    return served(network, with(running(plan), job));
  }

  /** What a network refers to somebody else has made. */
  private static ObjectMeta metadata(@Nullable LocalReference reference, KnowledgeNetwork network) {
    ObjectMeta metadata = Metadata.owned(network, name(reference, network), Map.of());
    if (reference != null) {
      metadata.setOwnerReferences(List.of());
    }
    return metadata;
  }

  private static String name(@Nullable LocalReference reference, KnowledgeNetwork network) {
    return reference == null ? network.getMetadata().getName() : reference.name();
  }
}
