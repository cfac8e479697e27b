package dev.knowledgenetwork.operator.core.cache.engine;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.trial.Trial;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Bytes;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import dev.knowledgenetwork.operator.core.workload.Mounts;
import dev.knowledgenetwork.operator.core.workload.Pods;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Revision;
import dev.knowledgenetwork.operator.core.workload.Security;
import dev.knowledgenetwork.operator.core.workload.Traffic;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The objects of the one Valkey of a CacheTier. It keeps nothing: a new pod starts empty. */
public record Valkey(CacheTier tier) {

  /** TLS; there is no plain port. */
  public static final int PORT = 6379;

  private static final String APP = "valkey";
  private static final String TRIAL = "valkey-trial";
  private static final String CONFIGURATION = "valkey.conf";
  private static final String PORT_NAME = "valkey";
  private static final Quantity DATA = new Quantity("64Mi");
  private static final long STOP_SECONDS = 15;
  private static final long PROGRAM_BYTES = 32L << 20;

  /** Name of its StatefulSet and of every other object of it. */
  public String name() {
    return Names.valkey(tier.getMetadata().getName());
  }

  /** DNS name of its Service, within the cluster. */
  public String host() {
    return Names.host(name(), tier.getMetadata().getNamespace());
  }

  /** The account of the pod; it has no token, for Valkey never calls the API. */
  public ServiceAccount serviceAccount() {
    return pods().account(metadata());
  }

  /**
   * What spec and operator want now. Another configuration rolls the pod, and so empties the cache.
   *
   * @param images what is run where the spec names none
   */
  public Recipe wanted(Images images) {
    String text = configurationText();
    Map<String, Object> inputs = new HashMap<>(pods().inputs());
    inputs.put("l2", tier.getSpec().l2());
    PodTemplateSpec template =
        new PodTemplateSpecBuilder()
            .withMetadata(
                pods().metadata(labels(), Map.of(Annotations.CONFIG_HASH, Hash.ofText(text))))
            .withSpec(pod(images))
            .build();
    return new Recipe(template, Map.of(CONFIGURATION, text), Recipe.inputs(inputs));
  }

  /**
   * Hash of what its pod reads of Secrets when it starts: the users, and the authority that they
   * trust. Another certificate of the same authority needs no restart.
   */
  public Optional<String> secretsHash(Children children) {
    String owner = tier.getMetadata().getName();
    return children.secretsHash(
        Names.cacheAuthority(owner), Names.cacheServer(owner), "users.acl", "ca.crt");
  }

  /** What its operations work at. */
  public Target target() {
    return Target.of(tier).part(APP);
  }

  /** How a recipe gets to the pod, which has another one. */
  public Trial trial(Recipe recipe, Recipe applied) {
    return new Trial(
        target(),
        Metadata.owned(
            tier,
            name(),
            Labels.of(
                TRIAL, Labels.Component.CACHE, Labels.CACHE_TIER, tier.getMetadata().getName())),
        pods(),
        recipe,
        applied,
        List.of());
  }

  /** Whether Kubernetes has yet to bring the newest template to the pod. */
  public static boolean isReplacing(StatefulSet live) {
    return !Revision.isSeen(live)
        || !Objects.equals(
            live.getStatus().getCurrentRevision(), live.getStatus().getUpdateRevision());
  }

  /** The configuration file; secrets are not in it. */
  public ConfigMap configuration(Recipe recipe) {
    return new ConfigMapBuilder().withMetadata(metadata()).withData(recipe.files()).build();
  }

  /** The address for clients and for the operator; TLS only. */
  public Service service() {
    return new ServiceBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(selector())
        .addNewPort()
        .withName(PORT_NAME)
        .withPort(PORT)
        .withTargetPort(new IntOrString(PORT_NAME))
        .withProtocol("TCP")
        .endPort()
        .endSpec()
        .build();
  }

  /** Clients and the operator may come; the server calls nobody. */
  public NetworkPolicy networkPolicy(Cluster cluster) {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(selector())
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(
            Traffic.fromPods(Map.of(Labels.CACHE_CLIENT, tier.getMetadata().getName()), PORT),
            Traffic.fromOperator(cluster, PORT))
        .withEgress(List.of())
        .endSpec()
        .build();
  }

  /**
   * One pod without a volume claim.
   *
   * @param replaceable whether Kubernetes may replace the pod by one of another template; a pod
   *     that dies while it may not comes back as it was
   */
  public StatefulSet statefulSet(Recipe recipe, boolean replaceable) {
    ObjectMeta metadata = metadata();
    metadata.setAnnotations(Applied.annotations(recipe));
    return new StatefulSetBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withReplicas(1)
        .withServiceName(name())
        .withPodManagementPolicy("Parallel")
        .withRevisionHistoryLimit(3)
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withPartition(replaceable ? 0 : 1)
        .endRollingUpdate()
        .endUpdateStrategy()
        .withNewSelector()
        .withMatchLabels(selector())
        .endSelector()
        .withTemplate(recipe.template())
        .endSpec()
        .build();
  }

  private PodSpec pod(Images images) {
    String owner = tier.getMetadata().getName();
    Mounts mounts =
        Mounts.none()
            .configMap("configuration", name(), "/etc/valkey")
            .secret("secrets", Names.cacheServer(owner), "/etc/kn/valkey")
            .scratch("data", DATA, "/data")
            .scratch("tmp", DATA, "/tmp");
    return pods()
        .ofGroup(images.cluster(), name(), selector())
        .withTerminationGracePeriodSeconds(STOP_SECONDS)
        .withContainers(container(images.valkey(), mounts))
        .withVolumes(mounts.volumes())
        .build();
  }

  /** The data, half as much again for buffers, the program; unless the spec says otherwise. */
  private static Resources resources(L2 l2) {
    long bytes = Bytes.of(l2.memory());
    Quantity memory = Bytes.mebibytes(bytes + bytes / 2 + PROGRAM_BYTES);
    return Amounts.filled(
        l2.resources(),
        new Resources(
            Map.of("cpu", new Quantity("25m"), "memory", memory),
            Map.of("cpu", new Quantity("1"), "memory", memory)));
  }

  private Container container(String image, Mounts mounts) {
    L2 l2 = tier.getSpec().l2();
    return new ContainerBuilder()
        .withName(APP)
        .withImage(requireNonNullElse(l2.image(), image))
        .withImagePullPolicy("IfNotPresent")
        .addNewPort()
        .withName(PORT_NAME)
        .withContainerPort(PORT)
        .withProtocol("TCP")
        .endPort()
        .withReadinessProbe(probe(2, 2))
        .withLivenessProbe(probe(10, 6))
        .withResources(Amounts.requirements(resources(l2)))
        .withSecurityContext(Security.container())
        .withVolumeMounts(mounts.mounts())
        .build();
  }

  /** Only the port: a command would need the password; the operator asks with PING besides. */
  private static Probe probe(int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewTcpSocket()
        .withPort(new IntOrString(PORT_NAME))
        .endTcpSocket()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(2)
        .withFailureThreshold(failures)
        .build();
  }

  private String configurationText() {
    L2 l2 = tier.getSpec().l2();
    return ValkeyConfiguration.of(l2.memory(), l2.evictionPolicy());
  }

  private Pods pods() {
    return new Pods(tier.getSpec().pods(), tier.getSpec().placement());
  }

  private ObjectMeta metadata() {
    return Metadata.owned(tier, name(), labels());
  }

  private Map<String, String> labels() {
    return Labels.of(APP, Labels.Component.CACHE, Labels.CACHE_TIER, tier.getMetadata().getName());
  }

  private Map<String, String> selector() {
    return Labels.selector(APP, Labels.CACHE_TIER, tier.getMetadata().getName());
  }
}
