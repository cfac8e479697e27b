package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for the controllers and the kubelet in one namespace: makes pods and claims of
 * StatefulSets and takes away those that are too many, starts pods and ends those that are to go,
 * says that Deployments are ready and how Jobs end, binds claims, has them grow and lets them go,
 * collects what has lost its owner unless a test holds the collector back. Looks at everything
 * within 100 ms of a change, and every second anyway, so it needs no memory and knows no races.
 */
public final class FakeCluster implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FakeCluster.class);

  private static final String ORPHAN = "orphan";
  private static final Set<String> PROPAGATION = Set.of(ORPHAN, "foregroundDeletion");

  /** Looks that nothing calls for are left out, all but one of so many. */
  private static final int ANYWAY = 10;

  private final Activity activity;
  private final KubernetesClient client;
  private final String namespace;
  private final FakePods kubelet;
  private final FakeVolumes volumes;
  private final FakeStatefulSets sets;
  private final FakeJobs jobs;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean collecting = true;
  private long seen = -1;
  private int idle;

  /** Starts at once. */
  public FakeCluster(ApiServer server, String namespace) {
    this.activity = server.activity();
    this.client = server.client();
    this.namespace = namespace;
    this.kubelet = new FakePods(client, namespace);
    this.volumes = new FakeVolumes(client, namespace);
    this.sets = new FakeStatefulSets(client, namespace, kubelet, volumes);
    this.jobs = new FakeJobs(client, kubelet);
    timer.scheduleWithFixedDelay(this::tick, 0, 100, TimeUnit.MILLISECONDS);
  }

  /** From now on what has lost its owner stays until the test takes it away, or again goes. */
  public void collecting(boolean now) {
    collecting = now;
  }

  /** How Jobs end from now on: with that message of their container, or well where it is empty. */
  public void jobsEnd(String message) {
    jobs.end(message);
  }

  /** Claims get what they ask for from now on, or have to wait for it. */
  public void volumesGrow(boolean grow) {
    volumes.grow(grow);
  }

  private void tick() {
    long now = activity.in(namespace);
    if (now == seen && ++idle < ANYWAY) {
      return;
    }
    seen = now;
    idle = 0;
    try {
      List<Pod> pods = kubelet.all();
      pods.stream().filter(HasMetadata::isMarkedForDeletion).forEach(kubelet::end);
      client
          .apps()
          .statefulSets()
          .inNamespace(namespace)
          .list()
          .getItems()
          .forEach(set -> sets.run(set, pods));
      client.apps().deployments().inNamespace(namespace).list().getItems().forEach(this::run);
      client.batch().v1().jobs().inNamespace(namespace).list().getItems().forEach(jobs::run);
      volumes.run(kubelet.all());
      List<HasMetadata> all = all().toList();
      propagate(all);
      if (collecting) {
        collect(all);
      }
    } catch (KubernetesClientException e) {
      // Objects come and go under our hands; the next tick sees what is.
      seen = -1;
      LOG.debug("the API server answered {}", e.getCode());
    }
  }

  /** Makes pods of Deployments too: most tests need none. */
  public void deploymentsHavePods() {
    client.apps().deployments().inNamespace(namespace).list().getItems().stream()
        .filter(deployment -> !deployment.isMarkedForDeletion())
        .forEach(this::pods);
  }

  private void pods(Deployment deployment) {
    Set<String> pods =
        kubelet.all().stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    PodTemplateSpec template = deployment.getSpec().getTemplate();
    IntStream.range(0, deployment.getSpec().getReplicas())
        .mapToObj(n -> deployment.getMetadata().getName() + "-" + n)
        .filter(name -> !pods.contains(name))
        .map(
            name ->
                kubelet.make(
                    deployment, name, template.getMetadata().getLabels(), template.getSpec()))
        .forEach(kubelet::start);
  }

  private void run(Deployment deployment) {
    int replicas = deployment.getSpec().getReplicas();
    if (deployment.getStatus() != null
        && Objects.equals(
            deployment.getStatus().getObservedGeneration(),
            deployment.getMetadata().getGeneration())) {
      return;
    }
    deployment.setStatus(
        new DeploymentStatusBuilder()
            .withReplicas(replicas)
            .withReadyReplicas(replicas)
            .withAvailableReplicas(replicas)
            .withUpdatedReplicas(replicas)
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .addNewCondition()
            .withType("Available")
            .withStatus("True")
            .endCondition()
            .build());
    client.resource(deployment).patchStatus();
  }

  private void propagate(List<HasMetadata> all) {
    all.stream().filter(HasMetadata::isMarkedForDeletion).forEach(owner -> letGo(owner, all));
  }

  /** What the garbage collector does: an object whose controller is gone goes too. */
  private void collect(List<HasMetadata> all) {
    Set<String> alive =
        all.stream().map(object -> object.getMetadata().getUid()).collect(Collectors.toSet());
    all.stream()
        .filter(object -> !object.isMarkedForDeletion())
        .filter(object -> orphaned(object.getMetadata(), alive))
        .forEach(object -> client.resource(object).withGracePeriod(0).delete());
  }

  /**
   * Of what is deleted with orphan propagation nobody is the owner any more. With foreground
   * propagation only what blocks the deletion is waited for, and nothing here does.
   */
  private void letGo(HasMetadata owner, List<HasMetadata> all) {
    List<String> finalizers = owner.getMetadata().getFinalizers();
    if (finalizers.contains(ORPHAN)) {
      all.stream()
          .filter(object -> isOwnedBy(object, owner))
          .forEach(object -> edit(object, metadata -> metadata.setOwnerReferences(List.of())));
    }
    if (finalizers.stream().anyMatch(PROPAGATION::contains)) {
      edit(
          owner,
          metadata ->
              metadata.setFinalizers(
                  metadata.getFinalizers().stream()
                      .filter(finalizer -> !PROPAGATION.contains(finalizer))
                      .toList()));
    }
  }

  private static boolean isOwnedBy(HasMetadata object, HasMetadata owner) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(owner.getMetadata().getUid()));
  }

  private void edit(HasMetadata object, Consumer<ObjectMeta> change) {
    client
        .resource(object)
        .edit(
            live -> {
              change.accept(live.getMetadata());
              return live;
            });
  }

  private static boolean orphaned(ObjectMeta metadata, Set<String> alive) {
    return !metadata.getOwnerReferences().isEmpty()
        && metadata.getOwnerReferences().stream()
            .noneMatch(reference -> alive.contains(reference.getUid()));
  }

  private Stream<HasMetadata> all() {
    return Kinds.ALL.stream().flatMap(kind -> list(client.resources(kind)));
  }

  private <T extends HasMetadata> Stream<HasMetadata> list(MixedOperation<T, ?, ?> operation) {
    return operation.inNamespace(namespace).resources().map(r -> (HasMetadata) r.item());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    timer.close();
  }
}
