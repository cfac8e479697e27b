package dev.knowledgenetwork.operator.core.trial;

import static java.util.stream.Collectors.toMap;

import dev.knowledgenetwork.operator.core.workload.Amounts;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects of a throw-away instance: the image, the pod and the files of a recipe, with empty
 * volumes and nobody who reaches it. Its containers get the argument {@code try}: they start once
 * and end. Not tried is what only the real pod has: its volume, which may tie it to a node, and its
 * place among the others.
 */
final class TrialJob {

  private static final String TRY = "try";

  /** The most that it asks for of what the real ones ask for already. */
  private static final Map<String, Quantity> SHARE =
      Map.of("cpu", new Quantity("100m"), "memory", new Quantity("256Mi"));

  /** What an empty database takes many times over. */
  private static final Quantity LARGEST = new Quantity("1Gi");

  /** From the moment a node takes it, pulling the image included. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final Trial trial;
  private final Map<String, Map<String, Quantity>> running;

  private TrialJob(Trial trial) {
    this.trial = trial;
    this.running =
        trial.applied().template().getSpec().getContainers().stream()
            .collect(
                toMap(Container::getName, container -> container.getResources().getRequests()));
  }

  /**
   * The Job, the files that it starts from, and that it reaches nobody, for it has the credentials
   * of the real ones. An eviction is no verdict: another pod follows.
   */
  static List<HasMetadata> of(Trial trial) {
    return new TrialJob(trial).objects();
  }

  private List<HasMetadata> objects() {
    ObjectMeta metadata = new ObjectMetaBuilder(trial.workload()).withName(trial.job()).build();
    return List.of(
        new ConfigMapBuilder().withMetadata(metadata).withData(trial.recipe().files()).build(),
        new NetworkPolicyBuilder()
            .withMetadata(metadata)
            .withNewSpec()
            .withNewPodSelector()
            .withMatchLabels(metadata.getLabels())
            .endPodSelector()
            .withPolicyTypes("Ingress", "Egress")
            .endSpec()
            .build(),
        new JobBuilder()
            .withMetadata(metadata)
            .withNewSpec()
            .withBackoffLimit(0)
            .withNewPodFailurePolicy()
            .addNewRule()
            .withAction("Ignore")
            .addNewOnPodCondition("True", "DisruptionTarget")
            .endRule()
            .endPodFailurePolicy()
            .withNewTemplate()
            .withMetadata(trial.pods().metadata(metadata.getLabels(), Map.of()))
            .withSpec(pod(trial.recipe().template().getSpec()))
            .endTemplate()
            .endSpec()
            .build());
  }

  private PodSpec pod(PodSpec recipe) {
    List<Volume> volumes = new ArrayList<>();
    Set<String> tokens = new HashSet<>();
    for (Volume volume : recipe.getVolumes()) {
      if (hasToken(volume)) {
        tokens.add(volume.getName());
      } else {
        volumes.add(own(volume));
      }
    }
    trial
        .claims()
        .forEach(
            claim ->
                volumes.add(
                    new VolumeBuilder()
                        .withName(claim)
                        .withNewEmptyDir()
                        .withSizeLimit(LARGEST)
                        .endEmptyDir()
                        .build()));
    return new PodSpecBuilder(recipe)
        .withServiceAccountName(null)
        .withAutomountServiceAccountToken(false)
        .withAffinity(null)
        .withTopologySpreadConstraints(List.of())
        .withRestartPolicy("Never")
        .withActiveDeadlineSeconds(LONGEST.toSeconds())
        .withContainers(
            recipe.getContainers().stream().map(container -> once(container, tokens)).toList())
        .withVolumes(volumes)
        .build();
  }

  /**
   * Small ones ask for as much as the real ones, so that it fits where these do, also into the
   * bounds of a LimitRange; large ones for what the real ones will need more, which has to be free.
   */
  private Container once(Container container, Set<String> tokens) {
    Map<String, Quantity> real = container.getResources().getRequests();
    Map<String, Quantity> requests = new TreeMap<>();
    SHARE.forEach(
        (resource, most) ->
            requests.put(resource, Amounts.smaller(real.getOrDefault(resource, most), most)));
    Amounts.beyond(real, running.getOrDefault(container.getName(), Map.of()))
        .forEach((resource, more) -> requests.merge(resource, more, Amounts::larger));
    Map<String, Quantity> limits = container.getResources().getLimits();
    requests.replaceAll(
        (resource, amount) ->
            limits.containsKey(resource) ? Amounts.smaller(amount, limits.get(resource)) : amount);
    return new ContainerBuilder(container)
        .withArgs(TRY)
        .withPorts(List.of())
        .withStartupProbe(null)
        .withLivenessProbe(null)
        .withReadinessProbe(null)
        .withVolumeMounts(
            container.getVolumeMounts().stream()
                .filter(mount -> !tokens.contains(mount.getName()))
                .toList())
        .withResources(
            new ResourceRequirementsBuilder(container.getResources())
                .withRequests(requests)
                .build())
        .build();
  }

  /** It has no account of its own, and nothing to ask the API server. */
  private static boolean hasToken(Volume volume) {
    return volume.getProjected() != null
        && volume.getProjected().getSources().stream()
            .anyMatch(source -> source.getServiceAccountToken() != null);
  }

  /** With the files of the trial in the place of those of the workload. */
  private Volume own(Volume volume) {
    if (volume.getConfigMap() != null && isFiles(volume.getConfigMap().getName())) {
      return new VolumeBuilder(volume).editConfigMap().withName(trial.job()).endConfigMap().build();
    }
    if (volume.getProjected() == null) {
      return volume;
    }
    List<VolumeProjection> sources =
        volume.getProjected().getSources().stream().map(this::own).toList();
    return new VolumeBuilder(volume).editProjected().withSources(sources).endProjected().build();
  }

  private VolumeProjection own(VolumeProjection source) {
    return source.getConfigMap() != null && isFiles(source.getConfigMap().getName())
        ? source.edit().editConfigMap().withName(trial.job()).endConfigMap().build()
        : source;
  }

  private boolean isFiles(String configMap) {
    return configMap.equals(trial.workload().getName());
  }
}
