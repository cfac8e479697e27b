package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.FakeMint;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.shardset.instance.ExpandClaim;
import dev.knowledgenetwork.operator.core.shardset.instance.ShardAccess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Objects of one namespace and what Kubernetes does with them, one stage at a time: a pod that is
 * to go is gone in the next stage, made anew in the one after that and ready in the third.
 */
final class Cluster {

  /** Label of pods with the revision of their template, as Kubernetes writes it. */
  static final String REVISION = "controller-revision-hash";

  private static final String JOB = "batch.kubernetes.io/job-name";
  private static final Set<String> NEVER_PRUNED = Set.of("Pod", "PersistentVolumeClaim");

  private final Map<String, HasMetadata> objects = new LinkedHashMap<>();
  private final Set<String> broken = new HashSet<>();
  private final Consumer<String> log;
  private final FakeMint mint = new FakeMint(Sets.CLUSTER_ID);
  private final InstantSource clock;
  private String trialEnd = "";
  private int pods;

  Cluster(Consumer<String> log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  Children children() {
    return new Children(List.copyOf(objects.values()));
  }

  void put(HasMetadata object) {
    objects.put(key(object.getClass(), object.getMetadata().getName()), object);
  }

  void remove(Class<? extends HasMetadata> type, String name) {
    objects.remove(key(type, name));
  }

  Optional<HasMetadata> find(Class<? extends HasMetadata> type, String name) {
    return Optional.ofNullable(objects.get(key(type, name)));
  }

  /** Whether instances of that name start, when they are made anew. */
  void starts(String pod, boolean starts) {
    if (starts) {
      broken.remove(pod);
    } else {
      broken.add(pod);
    }
  }

  /** Whether instances start that are made from the template that a set has now. */
  void starts(StatefulSet set, boolean starts) {
    String revision = Hash.ofValue(set.getSpec().getTemplate());
    if (starts) {
      broken.remove(revision);
    } else {
      broken.add(revision);
    }
  }

  /** How throw-away instances end: with that message, or well where it is empty. */
  void trialsEnd(String message) {
    trialEnd = message;
  }

  /** A claim asks for more from now on. */
  void expand(ExpandClaim action) {
    find(PersistentVolumeClaim.class, action.claim())
        .ifPresent(claim -> Claims.expand((PersistentVolumeClaim) claim, action.size()));
  }

  void mint(PlannedSecret planned) {
    put(mint.renewed(planned, children()));
  }

  /** What others added stays, and so does the status; a changed spec is a new generation. */
  void apply(HasMetadata desired) {
    HasMetadata next = Sets.copy(desired);
    Optional<HasMetadata> live = find(desired.getClass(), desired.getMetadata().getName());
    Map<String, String> annotations = new HashMap<>();
    live.map(before -> before.getMetadata().getAnnotations()).ifPresent(annotations::putAll);
    Optional.ofNullable(next.getMetadata().getAnnotations()).ifPresent(annotations::putAll);
    annotations.put(Annotations.DESIRED_HASH, Hash.of(desired));
    if (live.orElse(null) instanceof StatefulSet before
        && next instanceof StatefulSet after
        && !Hash.ofValue(before.getSpec().getVolumeClaimTemplates())
            .equals(Hash.ofValue(after.getSpec().getVolumeClaimTemplates()))) {
      orphan(before);
      return;
    }
    next.getMetadata().setAnnotations(annotations);
    next.getMetadata().setGeneration(1L);
    next.getMetadata()
        .setCreationTimestamp(
            live.map(before -> before.getMetadata().getCreationTimestamp()).orElseGet(this::now));
    switch (live.orElse(null)) {
      case StatefulSet before when next instanceof StatefulSet after -> {
        after.setStatus(before.getStatus());
        generation(before, before.getSpec(), after, after.getSpec());
      }
      case Deployment before when next instanceof Deployment after -> {
        after.setStatus(before.getStatus());
        generation(before, before.getSpec(), after, after.getSpec());
      }
      case Job before when next instanceof Job after -> after.setStatus(before.getStatus());
      case null, default -> {}
    }
    put(next);
  }

  /** Deletes a StatefulSet, and nothing that it controls. */
  void orphan(StatefulSet set) {
    log.accept(set.getMetadata().getName() + " leaves its pods behind");
    pods(set).toList().forEach(pod -> put(owned(pod, List.of())));
    remove(StatefulSet.class, set.getMetadata().getName());
  }

  private static Pod owned(Pod pod, List<OwnerReference> owners) {
    return new PodBuilder(pod).editMetadata().withOwnerReferences(owners).endMetadata().build();
  }

  private static void generation(HasMetadata before, Object was, HasMetadata after, Object is) {
    long generation = before.getMetadata().getGeneration();
    after
        .getMetadata()
        .setGeneration(Hash.ofValue(was).equals(Hash.ofValue(is)) ? generation : generation + 1);
  }

  /** What is owned and no longer planned goes, once all that is planned stands. */
  void prune(Plan plan) {
    if (!plan.isWhole()) {
      return;
    }
    Set<Reference> planned =
        Stream.concat(
                plan.resources().stream().map(Reference::of),
                plan.secrets().stream()
                    .map(secret -> secret.metadata())
                    .map(data -> new Reference("Secret", data.getNamespace(), data.getName())))
            .collect(Collectors.toSet());
    List.copyOf(objects.values()).stream()
        .filter(object -> !NEVER_PRUNED.contains(object.getKind()))
        .filter(object -> !object.getMetadata().getOwnerReferences().isEmpty())
        .filter(object -> !planned.contains(Reference.of(object)))
        .forEach(this::prune);
  }

  private void prune(HasMetadata object) {
    String name = object.getMetadata().getName();
    remove(object.getClass(), name);
    if (object instanceof Job) {
      remove(Pod.class, name + "-pod");
    }
  }

  /** One stage of all that goes on. */
  void live() {
    for (HasMetadata object : List.copyOf(objects.values())) {
      switch (object) {
        case StatefulSet set -> live(set);
        case Deployment deployment -> live(deployment);
        case Job job when job.getStatus() == null -> end(job);
        case PersistentVolumeClaim claim -> Claims.bind(claim);
        default -> {}
      }
    }
  }

  /** One stage of a StatefulSet that replaces no pod by itself. */
  void live(StatefulSet set) {
    String revision = Hash.ofValue(set.getSpec().getTemplate());
    String first = set.getStatus() == null ? revision : set.getStatus().getCurrentRevision();
    put(
        new StatefulSetBuilder(set)
            .withNewStatus()
            .withObservedGeneration(set.getMetadata().getGeneration())
            .withCurrentRevision(first)
            .withUpdateRevision(revision)
            .withReplicas(set.getSpec().getReplicas())
            .endStatus()
            .build());
    pods(set).toList().forEach(pod -> put(owned(pod, List.of(Metadata.reference(set)))));
    String prefix = set.getMetadata().getName() + "-";
    int replicas = set.getSpec().getReplicas();
    for (int ordinal = 0; ordinal < Math.max(replicas, 5); ordinal++) {
      String name = prefix + ordinal;
      Optional<Pod> pod = find(Pod.class, name).map(Pod.class::cast);
      if (pod.isEmpty() && ordinal < replicas) {
        make(set, name, revision);
      } else if (pod.isPresent()) {
        live(pod.get(), ordinal < replicas);
      }
    }
  }

  /** The pods of a StatefulSet. */
  Stream<Pod> pods(StatefulSet set) {
    Map<String, String> selector = set.getSpec().getSelector().getMatchLabels();
    return children()
        .all(Pod.class)
        .filter(pod -> pod.getMetadata().getLabels().entrySet().containsAll(selector.entrySet()));
  }

  /** Its pods are of the template that is there now. */
  void restamp(StatefulSet set) {
    String revision = Hash.ofValue(set.getSpec().getTemplate());
    for (Pod pod : pods(set).toList()) {
      put(new PodBuilder(pod).editMetadata().addToLabels(REVISION, revision).endMetadata().build());
    }
    live(set);
  }

  /** Whether the API server lets the Patroni of an instance in. */
  boolean isAdmitted(Pod pod) {
    String account = pod.getMetadata().getName().replaceFirst("-\\d+$", "");
    return !ShardAccess.isRevoked(children(), account, pod);
  }

  /** Patroni may not lead where the API server does not let it in. */
  Pod asItTakesPart(Pod pod) {
    return isAdmitted(pod) ? pod : ready(pod, false);
  }

  private void live(Pod pod, boolean wanted) {
    String name = pod.getMetadata().getName();
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      remove(Pod.class, name);
    } else if (!wanted) {
      end(pod);
    } else if (!ready(pod)
        && !broken.contains(name)
        && !broken.contains(pod.getMetadata().getLabels().get(REVISION))) {
      put(ready(pod, true));
    }
  }

  private void make(StatefulSet set, String name, String revision) {
    pods++;
    put(
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(set.getMetadata().getNamespace())
            .withUid("uid-of-pod-" + pods)
            .withCreationTimestamp(now())
            .withLabels(
                Labels.with(
                    set.getSpec().getTemplate().getMetadata().getLabels(), REVISION, revision))
            .withOwnerReferences(Metadata.reference(set))
            .endMetadata()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus("False")
            .endCondition()
            .endStatus()
            .build());
    PersistentVolumeClaim claim = Claims.of(set, name, now());
    if (find(PersistentVolumeClaim.class, claim.getMetadata().getName()).isEmpty()) {
      put(claim);
    }
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Deletes a pod; it goes on for one stage more. */
  void end(Pod pod) {
    put(
        new PodBuilder(ready(pod, false))
            .editMetadata()
            .withDeletionTimestamp("2026-01-01T00:00:00Z")
            .endMetadata()
            .build());
  }

  private static Pod ready(Pod pod, boolean ready) {
    return new PodBuilder(pod)
        .editStatus()
        .editFirstCondition()
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .endStatus()
        .build();
  }

  static boolean ready(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().getFirst().getStatus().equals("True");
  }

  private void live(Deployment deployment) {
    put(
        new DeploymentBuilder(deployment)
            .withNewStatus()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReadyReplicas(deployment.getSpec().getReplicas())
            .withUpdatedReplicas(deployment.getSpec().getReplicas())
            .endStatus()
            .build());
  }

  private void end(Job job) {
    String name = job.getMetadata().getName();
    boolean failed = !trialEnd.isEmpty();
    log.accept(name.replaceFirst("-try-.*", failed ? ": trial failed" : ": trial succeeded"));
    put(
        new JobBuilder(job)
            .withNewStatus()
            .withSucceeded(failed ? null : 1)
            .withFailed(failed ? 1 : null)
            .endStatus()
            .build());
    put(
        new PodBuilder()
            .withNewMetadata()
            .withName(name + "-pod")
            .withNamespace(job.getMetadata().getNamespace())
            .withLabels(
                Labels.with(job.getSpec().getTemplate().getMetadata().getLabels(), JOB, name))
            .endMetadata()
            .withNewStatus()
            .addNewContainerStatus()
            .withName("postgres")
            .withNewState()
            .withNewTerminated()
            .withExitCode(failed ? 1 : 0)
            .withMessage(failed ? trialEnd : "PostgreSQL has started with these settings.")
            .endTerminated()
            .endState()
            .endContainerStatus()
            .endStatus()
            .build());
  }

  private static String key(Class<?> type, String name) {
    return type.getSimpleName() + "/" + name;
  }

  /** A pod of PostgreSQL as somebody wants to see it. */
  static Pod pod(String name, String role, boolean ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("demo")
        .withUid("uid-of-another-pod")
        .addToLabels(Labels.ROLE, role)
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .endStatus()
        .build();
  }
}
