package dev.knowledgenetwork.operator.core.cache.engine;

import dev.knowledgenetwork.crds.cachetier.CachePlacement;
import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.workload.Bytes;
import dev.knowledgenetwork.operator.core.workload.Mounts;
import dev.knowledgenetwork.operator.core.workload.Nodes;
import dev.knowledgenetwork.operator.core.workload.Security;
import dev.knowledgenetwork.operator.core.workload.Traffic;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.util.List;
import java.util.Map;

/** The objects of the one Valkey of a CacheTier. It keeps nothing: a new pod starts empty. */
public record Valkey(CacheTier tier) {

  /** TLS; there is no plain port. */
  public static final int PORT = 6379;

  private static final String APP = "valkey";
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
    return new ServiceAccountBuilder()
        .withMetadata(metadata())
        .withAutomountServiceAccountToken(false)
        .build();
  }

  /** The configuration file; secrets are not in it. */
  public ConfigMap configuration() {
    return new ConfigMapBuilder()
        .withMetadata(metadata())
        .withData(Map.of("valkey.conf", configurationText()))
        .build();
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
  public NetworkPolicy networkPolicy() {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(selector())
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(
            Traffic.fromPods(Map.of(Labels.CACHE_CLIENT, tier.getMetadata().getName()), PORT),
            Traffic.fromOperator(PORT))
        .withEgress(List.of())
        .endSpec()
        .build();
  }

  /** One pod without a volume claim. Another configuration rolls it, and so empties the cache. */
  public StatefulSet statefulSet(String image) {
    return new StatefulSetBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .withReplicas(1)
        .withServiceName(name())
        .withPodManagementPolicy("Parallel")
        .withRevisionHistoryLimit(3)
        .withNewSelector()
        .withMatchLabels(selector())
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels())
        .withAnnotations(Map.of(Annotations.CONFIG_HASH, Hash.ofText(configurationText())))
        .endMetadata()
        .withSpec(pod(image))
        .endTemplate()
        .endSpec()
        .build();
  }

  private PodSpec pod(String image) {
    String owner = tier.getMetadata().getName();
    CachePlacement placement = tier.getSpec().placement();
    Mounts mounts =
        Mounts.none()
            .configMap("configuration", name(), "/etc/valkey")
            .secret("secrets", Names.cacheServer(owner), "/etc/kn/valkey")
            .scratch("data", DATA, "/data")
            .scratch("tmp", DATA, "/tmp");
    return new PodSpecBuilder()
        .withServiceAccountName(name())
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(STOP_SECONDS)
        .withSecurityContext(Security.pod())
        .withNodeSelector(placement.nodeSelector())
        .withTolerations(Nodes.tolerations(placement.tolerations()))
        .withContainers(container(image, mounts))
        .withVolumes(mounts.volumes())
        .build();
  }

  /** What the container needs: the data, half as much again for buffers, the program. */
  private static Quantity containerMemory(Quantity data) {
    long bytes = Bytes.of(data);
    return Bytes.mebibytes(bytes + bytes / 2 + PROGRAM_BYTES);
  }

  private Container container(String image, Mounts mounts) {
    Quantity memory = containerMemory(tier.getSpec().l2().memory());
    return new ContainerBuilder()
        .withName(APP)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .addNewPort()
        .withName(PORT_NAME)
        .withContainerPort(PORT)
        .withProtocol("TCP")
        .endPort()
        .withReadinessProbe(probe(2, 2))
        .withLivenessProbe(probe(10, 6))
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("25m"), "memory", memory))
        .withLimits(Map.of("cpu", new Quantity("1"), "memory", memory))
        .endResources()
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
