package dev.knowledgenetwork.operator.core.network.roles;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Pass;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.workload.DeploymentObstacle;
import dev.knowledgenetwork.operator.core.workload.Obstacle;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the Deployments of a network do, each of them. */
public record Workload(List<Part> parts) {

  /**
   * One Deployment.
   *
   * @param available pods that serve
   * @param rolling not every pod is of the newest version, or the newest plan is not applied yet
   * @param stuck the roll does not get on
   * @param obstacles why pods do not serve
   */
  public record Part(
      String name,
      int desired,
      int available,
      boolean rolling,
      boolean stuck,
      List<Obstacle> obstacles) {

    /** Copies the list. */
    public Part {
      obstacles = List.copyOf(obstacles);
    }

    boolean serves() {
      return available >= desired;
    }

    String summary() {
      return "%s: %d of %d".formatted(name, available, desired);
    }
  }

  /** Those of the plan; of an empty plan, because the spec is invalid, those that run. */
  public static Workload of(Pass<?> pass) {
    Children children = pass.observed().children();
    Plan plan = pass.plan();
    List<Deployment> planned =
        plan.resources().stream()
            .filter(Deployment.class::isInstance)
            .map(Deployment.class::cast)
            .toList();
    if (planned.isEmpty()) {
      return new Workload(
          children
              .all(Deployment.class)
              .sorted(Comparator.comparing((Deployment d) -> d.getMetadata().getName()))
              .map(live -> part(live, Optional.of(live), false, children))
              .toList());
    }
    return new Workload(
        planned.stream()
            .map(
                desired -> {
                  Optional<Deployment> live =
                      children.find(Deployment.class, desired.getMetadata().getName());
                  return part(
                      desired, live, pass.outcome().changed(Reference.of(desired)), children);
                })
            .toList());
  }

  /** Whether there is a Deployment at all, planned or running. */
  public boolean exists() {
    return !parts.isEmpty();
  }

  /** Whether every Deployment has as many available pods as are asked for. */
  public boolean serves() {
    return exists() && parts.stream().allMatch(Part::serves);
  }

  /** Whether some Deployment serves nobody. No roll does that: the old pods serve meanwhile. */
  public boolean gone() {
    return parts.stream().anyMatch(part -> part.available() == 0 && part.desired() > 0);
  }

  /** Whether pods of an older version are left in any Deployment, or a plan is not applied yet. */
  public boolean rolling() {
    return parts.stream().anyMatch(Part::rolling);
  }

  /** The first Deployment whose roll does not get on. */
  public Optional<Part> stuck() {
    return parts.stream().filter(Part::stuck).findFirst();
  }

  /** Deployments with too few pods, for a person. */
  public String missing() {
    return String.join(
        ", ", parts.stream().filter(part -> !part.serves()).map(Part::summary).toList());
  }

  /** Why pods do not serve, as sentences to follow another one; empty where nobody says so. */
  public String obstacles() {
    return Obstacle.told(parts.stream().flatMap(part -> part.obstacles().stream())).stream()
        .map(text -> " " + text + ".")
        .collect(joining());
  }

  private static Part part(
      Deployment desired, Optional<Deployment> live, boolean notApplied, Children children) {
    int replicas = desired.getSpec().getReplicas();
    DeploymentStatus status = live.map(Deployment::getStatus).orElseGet(DeploymentStatus::new);
    long generation = live.map(l -> number(l.getMetadata().getGeneration())).orElse(0L);
    long updated = number(status.getUpdatedReplicas());
    return new Part(
        desired.getMetadata().getName(),
        replicas,
        (int) number(status.getAvailableReplicas()),
        notApplied
            || number(status.getObservedGeneration()) < generation
            || updated < replicas
            || number(status.getReplicas()) > updated,
        status.getConditions().stream()
            .anyMatch(c -> "ProgressDeadlineExceeded".equals(c.getReason())),
        live.map(found -> DeploymentObstacle.of(found, children.all(Pod.class))).orElse(List.of()));
  }

  private static long number(@Nullable Number number) {
    return number == null ? 0 : number.longValue();
  }
}
