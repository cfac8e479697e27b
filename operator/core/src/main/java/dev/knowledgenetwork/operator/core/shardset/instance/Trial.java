package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Labels.Component;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A throw-away instance: the image, the pod and the settings of a recipe, with an empty volume and
 * nobody who reaches it. It starts PostgreSQL once and ends. Not tried: Patroni itself, whose
 * configuration only the operator writes, and the volume, which may tie an instance to its node.
 */
public final class Trial {

  private static final String NAME = "postgres-trial";
  private static final String TRY = "try";
  private static final Map<String, Quantity> SMALL =
      Map.of("cpu", new Quantity("10m"), "memory", new Quantity("64Mi"));

  /** From the moment a node takes it, pulling the image included. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private Trial() {}

  /** Name of the Job that tries a recipe; another recipe, another Job. */
  public static String name(Blueprint blueprint, String shard, Recipe recipe) {
    return blueprint.shardName(shard) + "-try-" + recipe.id().substring(0, 8);
  }

  /**
   * The Job, and the files that it starts from. An eviction is no verdict: another pod tries again.
   *
   * @param applied what the instances run on: only what is asked for beyond it needs to be free
   */
  public static List<HasMetadata> of(
      Blueprint blueprint, String shard, Recipe recipe, Recipe applied) {
    String name = name(blueprint, shard, recipe);
    Map<String, String> labels =
        Labels.with(
            Labels.of(NAME, Component.DATABASE, Labels.SHARD_SET, blueprint.name()),
            Labels.SHARD,
            shard);
    PodSpec pod = recipe.template().getSpec();
    Map<String, Quantity> running = requests(applied.template().getSpec());
    Job job =
        new JobBuilder()
            .withMetadata(blueprint.owned(name, labels))
            .withNewSpec()
            .withBackoffLimit(0)
            .withNewPodFailurePolicy()
            .addNewRule()
            .withAction("Ignore")
            .addNewOnPodCondition("True", "DisruptionTarget")
            .endRule()
            .endPodFailurePolicy()
            .withNewTemplate()
            .withMetadata(blueprint.pods().metadata(labels, Map.of()))
            .withSpec(pod(pod, blueprint.shardName(shard), name, running))
            .endTemplate()
            .endSpec()
            .build();
    return List.of(
        new ConfigMapBuilder()
            .withMetadata(blueprint.owned(name, labels))
            .withData(recipe.files())
            .build(),
        job);
  }

  private static PodSpec pod(
      PodSpec recipe, String files, String name, Map<String, Quantity> running) {
    List<Container> containers =
        recipe.getContainers().stream().map(container -> once(container, running)).toList();
    List<Volume> volumes = new ArrayList<>();
    recipe.getVolumes().forEach(volume -> volumes.add(own(volume, files, name)));
    volumes.add(
        new VolumeBuilder()
            .withName(ShardStatefulSet.CLAIM)
            .withNewEmptyDir()
            .endEmptyDir()
            .build());
    return new PodSpecBuilder(recipe)
        .withServiceAccountName(null)
        .withAutomountServiceAccountToken(false)
        .withAffinity(null)
        .withTopologySpreadConstraints(List.of())
        .withRestartPolicy("Never")
        .withActiveDeadlineSeconds(LONGEST.toSeconds())
        .withContainers(containers)
        .withVolumes(volumes)
        .build();
  }

  /** It asks for what the real ones will need more, within the same limits. */
  private static Container once(Container container, Map<String, Quantity> running) {
    Map<String, Quantity> requests = new TreeMap<>(SMALL);
    Amounts.beyond(container.getResources().getRequests(), running)
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
        .withResources(
            new ResourceRequirementsBuilder(container.getResources())
                .withRequests(requests)
                .build())
        .build();
  }

  private static Map<String, Quantity> requests(PodSpec pod) {
    return pod.getContainers().stream()
        .filter(container -> container.getName().equals(Blueprint.POSTGRES))
        .findFirst()
        .map(container -> container.getResources().getRequests())
        .orElse(Map.of());
  }

  private static Volume own(Volume volume, String files, String name) {
    if (volume.getProjected() == null) {
      return volume;
    }
    List<VolumeProjection> sources = new ArrayList<>();
    volume
        .getProjected()
        .getSources()
        .forEach(
            source ->
                sources.add(
                    source.getConfigMap() == null || !files.equals(source.getConfigMap().getName())
                        ? source
                        : source.edit().editConfigMap().withName(name).endConfigMap().build()));
    return new VolumeBuilder(volume).editProjected().withSources(sources).endProjected().build();
  }
}
