package dev.knowledgenetwork.operator.core.shardset.instance;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import dev.knowledgenetwork.crds.common.AntiAffinity;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Sizing;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Mounts;
import dev.knowledgenetwork.operator.core.workload.Nodes;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Security;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The PostgreSQL instances of one shard. */
public final class ShardStatefulSet {

  static final String CLAIM = "data";
  private static final String CONFIGURATION = "patroni";
  private static final long GRACE_SECONDS = 120L;

  private static final Pattern ORDINAL = Pattern.compile("[0-9]{1,3}");

  private ShardStatefulSet() {}

  /** Name of the claim with the data of an instance, by the name of its pod. */
  public static String claim(String instance) {
    return CLAIM + "-" + instance;
  }

  /**
   * How many instances a shard has. While its StatefulSet is made anew, the pods tell that it left
   * behind. Empty where there is neither.
   *
   * @param name of the StatefulSet
   */
  public static Optional<Integer> instances(Children children, String name) {
    Optional<Integer> pods =
        children
            .all(Pod.class)
            .filter(pod -> isInstance(name, pod) && !pod.isMarkedForDeletion())
            .map(pod -> Integer.parseInt(ordinal(name, pod)) + 1)
            .max(Integer::compare);
    return children
        .find(StatefulSet.class, name)
        .map(live -> live.getSpec().getReplicas())
        .or(() -> pods);
  }

  /**
   * Whether a pod is an instance: it has a name as the StatefulSet gives them, and nobody else
   * controls it. The StatefulSet itself may be gone.
   *
   * @param name of the StatefulSet
   */
  public static boolean isInstance(String name, Pod pod) {
    return pod.getMetadata().getName().startsWith(name + "-")
        && ORDINAL.matcher(ordinal(name, pod)).matches()
        && Metadata.controller(pod)
            .map(owner -> owner.getKind().equals("StatefulSet") && owner.getName().equals(name))
            .orElse(true);
  }

  private static String ordinal(String name, Pod pod) {
    return pod.getMetadata().getName().substring(name.length() + 1);
  }

  /**
   * The StatefulSet. Kubernetes replaces no pod by itself: {@code Roll} does, one at a time.
   *
   * @param instances how many pods: as the spec says, or more while some have yet to go
   * @param volume size of the volumes of new ones
   */
  public static StatefulSet of(
      Blueprint blueprint, String shard, int instances, Recipe recipe, Quantity volume) {
    ObjectMeta metadata = blueprint.owned(blueprint.shardName(shard), blueprint.shardLabels(shard));
    metadata.setAnnotations(Applied.annotations(recipe));
    return new StatefulSetBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withReplicas(instances)
        .withServiceName(Names.members(blueprint.name(), shard))
        .withPodManagementPolicy("Parallel")
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withNewSelector()
        .withMatchLabels(blueprint.shardSelector(shard))
        .endSelector()
        .withNewPersistentVolumeClaimRetentionPolicy()
        .withWhenDeleted("Retain")
        .withWhenScaled("Retain")
        .endPersistentVolumeClaimRetentionPolicy()
        .withTemplate(recipe.template())
        .withVolumeClaimTemplates(claim(blueprint, shard, volume))
        .endSpec()
        .build();
  }

  /**
   * The template of the pods.
   *
   * @param hash of what only a restart brings into force
   */
  static PodTemplateSpec template(Blueprint blueprint, String shard, String hash) {
    AntiAffinity apart =
        requireNonNullElse(blueprint.spec().placement().antiAffinity(), AntiAffinity.REQUIRED);
    Map<String, String> selector = blueprint.shardSelector(shard);
    Mounts mounts = mounts(blueprint, shard);
    return new PodTemplateSpecBuilder()
        .withMetadata(
            blueprint
                .pods()
                .metadata(
                    Labels.with(
                        blueprint.shardLabels(shard), Labels.SCOPE, blueprint.shardName(shard)),
                    Map.of(Annotations.CONFIG_HASH, hash)))
        .withSpec(
            blueprint
                .pods()
                .ofGroup(blueprint.images().cluster(), blueprint.shardName(shard), selector)
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withAffinity(Nodes.different(apart, selector))
                .withContainers(container(blueprint, shard, mounts))
                .withVolumes(mounts.volumes())
                .build())
        .build();
  }

  private static Container container(Blueprint blueprint, String shard, Mounts mounts) {
    return new ContainerBuilder()
        .withName(Blueprint.POSTGRES)
        .withImage(
            requireNonNullElseGet(
                blueprint.spec().image(),
                () ->
                    switch (blueprint.spec().postgresVersion()) {
                      case V17 -> blueprint.images().postgres17();
                    }))
        .withEnv(environment(blueprint, shard))
        .addNewPort()
        .withName(Blueprint.POSTGRES)
        .withContainerPort(Blueprint.POSTGRES_PORT)
        .endPort()
        .addNewPort()
        .withName(CONFIGURATION)
        .withContainerPort(Blueprint.PATRONI_PORT)
        .endPort()
        .withStartupProbe(probe("/liveness", 2, 90))
        .withLivenessProbe(probe("/liveness", 10, 6))
        .withReadinessProbe(probe("/readiness", 2, 2))
        .withResources(Amounts.requirements(Sizing.postgres(blueprint.spec().resources())))
        .withSecurityContext(Security.container())
        .withVolumeMounts(mounts.mounts())
        .build();
  }

  /** Members name themselves by host name, so that TLS between them can be verified. */
  private static List<EnvVar> environment(Blueprint blueprint, String shard) {
    String host =
        "$(PATRONI_NAME)."
            + Names.host(Names.members(blueprint.name(), shard), blueprint.namespace());
    return List.of(
        field("PATRONI_NAME", "metadata.name"),
        field("PATRONI_KUBERNETES_POD_IP", "status.podIP"),
        value("PATRONI_POSTGRESQL_CONNECT_ADDRESS", host + ":" + Blueprint.POSTGRES_PORT),
        value("PATRONI_RESTAPI_CONNECT_ADDRESS", host + ":" + Blueprint.PATRONI_PORT));
  }

  private static EnvVar field(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef()
        .withApiVersion("v1")
        .withFieldPath(path)
        .endFieldRef()
        .endValueFrom()
        .build();
  }

  private static EnvVar value(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(CONFIGURATION))
        .withScheme("HTTPS")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(5)
        .withFailureThreshold(failures)
        .build();
  }

  /** Their order stays as it is: another one would replace every pod that runs. */
  private static Mounts mounts(Blueprint blueprint, String shard) {
    long memory = Sizing.memoryMebibytes(blueprint.spec().resources());
    return Mounts.none()
        .projected(
            CONFIGURATION,
            "/etc/patroni",
            new VolumeProjectionBuilder()
                .withNewConfigMap()
                .withName(blueprint.shardName(shard))
                .addNewItem(PatroniConfiguration.FILE, null, PatroniConfiguration.FILE)
                .endConfigMap()
                .build(),
            new VolumeProjectionBuilder()
                .withNewSecret()
                .withName(Names.superuser(blueprint.name()))
                .addNewItem(
                    PatroniConfiguration.CREDENTIALS_FILE,
                    null,
                    PatroniConfiguration.CREDENTIALS_FILE)
                .endSecret()
                .build())
        .secret("tls", Names.shardTls(blueprint.name(), shard), "/etc/kn/tls")
        .apiToken("api-token")
        .claim(CLAIM, "/var/lib/postgresql")
        .memory("socket", new Quantity("1Mi"), "/run/postgresql")
        .scratch("tmp", new Quantity("256Mi"), "/tmp")
        .memory("shared-memory", new Quantity(memory / 4 + "Mi"), "/dev/shm")
        .writableFirst();
  }

  /**
   * Its labels never change: Kubernetes refuses any change of a claim template, and only for its
   * size the StatefulSet is made anew.
   */
  private static PersistentVolumeClaim claim(Blueprint blueprint, String shard, Quantity volume) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(CLAIM)
        .withLabels(
            Labels.with(blueprint.shardLabels(shard), Labels.CLUSTER_ID, blueprint.clusterId()))
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(blueprint.spec().storage().storageClassName())
        .withNewResources()
        .withRequests(Map.of("storage", volume))
        .endResources()
        .endSpec()
        .build();
  }
}
