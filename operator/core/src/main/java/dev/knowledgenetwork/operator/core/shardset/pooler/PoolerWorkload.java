package dev.knowledgenetwork.operator.core.shardset.pooler;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.crds.shardset.Pooler;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Sizing;
import dev.knowledgenetwork.operator.core.shardset.identity.ShardSetSecrets;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Mounts;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Security;
import dev.knowledgenetwork.operator.core.workload.Traffic;
import dev.knowledgenetwork.operator.core.workload.Update;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PgBouncer in front of all shards of a ShardSet. */
public final class PoolerWorkload {

  /** Poolers beyond those asked for while a roll replaces them. */
  static final int MAX_SURGE = 1;

  private static final String CONFIGURATION = "pgbouncer.ini";
  private static final long GRACE_SECONDS = 30L;

  private PoolerWorkload() {}

  /** Whether the pooler gets what this version of the operator would give it. */
  public static Update update(Blueprint blueprint, Children children, Approval approval) {
    String name = Names.pooler(blueprint.name());
    Recipe wanted = wanted(blueprint);
    Optional<Recipe> applied = children.applied(Deployment.class, name, () -> wanted);
    return Update.of(
        "the pooler",
        wanted.shortId(),
        applied,
        wanted.withSecrets(ShardSetSecrets.poolerHash(blueprint.name(), children)),
        approval);
  }

  /** What spec and operator want now. Another configuration rolls the pods. */
  public static Recipe wanted(Blueprint blueprint) {
    String text = PoolerConfiguration.of(blueprint);
    ShardSetSpec spec = blueprint.spec();
    Map<String, Object> inputs = new HashMap<>(blueprint.pods().inputs());
    inputs.put("pool", spec.pool());
    inputs.put("shards", spec.sharding().shards());
    return new Recipe(
        template(blueprint, Hash.ofText(text)), Map.of(CONFIGURATION, text), Recipe.inputs(inputs));
  }

  /** All objects of the pooler but its Secret. */
  public static List<HasMetadata> of(Blueprint blueprint, Recipe recipe) {
    return List.of(
        blueprint.pods().account(metadata(blueprint)),
        new ConfigMapBuilder().withMetadata(metadata(blueprint)).withData(recipe.files()).build(),
        traffic(blueprint),
        service(blueprint),
        deployment(blueprint, recipe),
        new PodDisruptionBudgetBuilder()
            .withMetadata(metadata(blueprint))
            .withNewSpec()
            // What does not serve anyway must not keep a node from being drained.
            .withUnhealthyPodEvictionPolicy("AlwaysAllow")
            .withMaxUnavailable(new IntOrString(1))
            .withNewSelector()
            .withMatchLabels(blueprint.poolerSelector())
            .endSelector()
            .endSpec()
            .build());
  }

  private static ObjectMeta metadata(Blueprint blueprint) {
    return blueprint.owned(Names.pooler(blueprint.name()), blueprint.poolerLabels());
  }

  private static Service service(Blueprint blueprint) {
    return new ServiceBuilder()
        .withMetadata(metadata(blueprint))
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(blueprint.poolerSelector())
        .addNewPort()
        .withName(Blueprint.POOLER)
        .withProtocol("TCP")
        .withPort(Blueprint.POOLER_PORT)
        .withTargetPort(new IntOrString(Blueprint.POOLER_PORT))
        .endPort()
        .endSpec()
        .build();
  }

  private static Deployment deployment(Blueprint blueprint, Recipe recipe) {
    ObjectMeta metadata = metadata(blueprint);
    metadata.setAnnotations(Applied.annotations(recipe));
    return new DeploymentBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withReplicas(blueprint.spec().pool().pooler().instances())
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxUnavailable(new IntOrString(0))
        .withMaxSurge(new IntOrString(MAX_SURGE))
        .endRollingUpdate()
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(blueprint.poolerSelector())
        .endSelector()
        .withTemplate(recipe.template())
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(Blueprint blueprint, String hash) {
    Mounts mounts =
        Mounts.none()
            .configMap("configuration", Names.pooler(blueprint.name()), "/etc/pgbouncer")
            .secret("secrets", Names.pooler(blueprint.name()), "/etc/kn/pooler")
            .scratch("tmp", new Quantity("16Mi"), "/tmp");
    return new PodTemplateSpecBuilder()
        .withMetadata(
            blueprint
                .pods()
                .metadata(blueprint.poolerLabels(), Map.of(Annotations.CONFIG_HASH, hash)))
        .withSpec(
            blueprint
                .pods()
                .ofGroup(
                    blueprint.images().cluster(),
                    Names.pooler(blueprint.name()),
                    blueprint.poolerSelector())
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withContainers(container(blueprint, mounts))
                .withVolumes(mounts.volumes())
                .build())
        .build();
  }

  private static Container container(Blueprint blueprint, Mounts mounts) {
    Pooler pooler = blueprint.spec().pool().pooler();
    return new ContainerBuilder()
        .withName(Blueprint.POOLER)
        .withImage(requireNonNullElse(pooler.image(), blueprint.images().pooler()))
        .addNewPort()
        .withName(Blueprint.POOLER)
        .withContainerPort(Blueprint.POOLER_PORT)
        .endPort()
        .withReadinessProbe(probe(2, 2))
        .withLivenessProbe(probe(10, 3))
        .withResources(Amounts.requirements(Sizing.pooler(pooler.resources())))
        .withSecurityContext(Security.container())
        .withVolumeMounts(mounts.mounts())
        .build();
  }

  private static Probe probe(int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewTcpSocket()
        .withPort(new IntOrString(Blueprint.POOLER))
        .endTcpSocket()
        .withPeriodSeconds(periodSeconds)
        .withFailureThreshold(failures)
        .build();
  }

  private static NetworkPolicy traffic(Blueprint blueprint) {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata(blueprint))
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(blueprint.poolerSelector())
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(
            Traffic.fromPods(
                Map.of(Labels.DATABASE_CLIENT, blueprint.name()), Blueprint.POOLER_PORT),
            Traffic.fromOperator(blueprint.images().cluster(), Blueprint.POOLER_PORT))
        .withEgress(
            Traffic.toNameServers(blueprint.images().cluster()),
            Traffic.toPods(Blueprint.postgresSelector(blueprint.name()), Blueprint.POSTGRES_PORT))
        .endSpec()
        .build();
  }
}
