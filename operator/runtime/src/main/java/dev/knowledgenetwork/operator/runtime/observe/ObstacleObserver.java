package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.kind.Obstacles;
import dev.knowledgenetwork.operator.core.kind.StandardConditions;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.Line;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads Events of an overdue object's children, and the last line of the log of those that crash.
 * Costs a list of the namespace's warnings a question, and nothing while nothing is overdue.
 */
public final class ObstacleObserver<P extends CustomResource<?, ? extends Conditioned>>
    implements Observer<P, Set<Reference>, Obstacles> {

  private static final int MOST = 5;
  private static final Duration PACE = Duration.ofMinutes(1);

  /** What differs each time that a process says the same. */
  private static final String TIME_AND_PROCESS =
      "^\\d{4}-\\d\\d-\\d\\d[T ][\\d:.,]+\\S*( [A-Z]{3,4})?( \\[\\d+])?:? *";

  private final KubernetesClient client;

  /** Asks the API server. */
  public ObstacleObserver(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Fact<Obstacles> fact() {
    return Obstacles.FACT;
  }

  @Override
  public Optional<Duration> pace() {
    return Optional.of(PACE);
  }

  @Override
  public Map<Target, Set<Reference>> targets(P primary, Children children) {
    if (primary.getStatus() == null
        || !StandardConditions.isOverdue(primary.getStatus().conditions())) {
      return Map.of();
    }
    return Map.of(
        Target.of(primary),
        children.objects().stream().map(Reference::of).collect(Collectors.toSet()));
  }

  @Override
  public Obstacles ask(Target target, Set<Reference> children) {
    Map<String, String> found = new LinkedHashMap<>();
    client
        .events()
        .v1()
        .events()
        .inNamespace(target.namespace())
        .withField("type", "Warning")
        .list()
        .getItems()
        .stream()
        .filter(event -> concerns(event, children))
        .sorted(Comparator.comparing((Event event) -> newest(event)).reversed())
        .forEach(
            event ->
                found.putIfAbsent(
                    event.getRegarding().getKind() + " " + event.getRegarding().getName(),
                    event.getReason() + ": " + Line.of(event.getNote())));
    List<String> messages = new ArrayList<>();
    found.entrySet().stream()
        .limit(MOST)
        .forEach(entry -> messages.add(entry.getKey() + ": " + entry.getValue()));
    children.stream()
        .filter(child -> child.kind().equals("Pod"))
        .map(this::lastWords)
        .flatMap(Optional::stream)
        .limit(MOST)
        .forEach(messages::add);
    messages.sort(Comparator.naturalOrder());
    return new Obstacles(messages);
  }

  private static boolean concerns(Event event, Set<Reference> children) {
    return event.getRegarding() != null
        && children.contains(
            new Reference(
                event.getRegarding().getKind(),
                event.getRegarding().getNamespace(),
                event.getRegarding().getName()));
  }

  private static String newest(Event event) {
    if (event.getSeries() != null && event.getSeries().getLastObservedTime() != null) {
      return event.getSeries().getLastObservedTime().getTime();
    }
    return event.getDeprecatedLastTimestamp() != null
        ? event.getDeprecatedLastTimestamp()
        : String.valueOf(event.getMetadata().getCreationTimestamp());
  }

  /** The last line that a container wrote before it crashed. */
  private Optional<String> lastWords(Reference reference) {
    Pod pod = client.pods().inNamespace(reference.namespace()).withName(reference.name()).get();
    if (pod == null || pod.getStatus() == null) {
      return Optional.empty();
    }
    return pod.getStatus().getContainerStatuses().stream()
        .filter(ObstacleObserver::crashed)
        .findFirst()
        .flatMap(status -> log(reference, status.getName()))
        .map(text -> "Pod " + reference.name() + " wrote last: " + text);
  }

  private static boolean crashed(ContainerStatus status) {
    ContainerState last = status.getLastState();
    return last != null
        && last.getTerminated() != null
        && last.getTerminated().getExitCode() != 0
        && !Boolean.TRUE.equals(status.getReady());
  }

  private Optional<String> log(Reference pod, String container) {
    try {
      String text =
          client
              .pods()
              .inNamespace(pod.namespace())
              .withName(pod.name())
              .inContainer(container)
              .terminated()
              .tailingLines(1)
              .getLog();
      return Optional.of(Line.of(text).replaceFirst(TIME_AND_PROCESS, ""))
          .filter(t -> !t.isEmpty());
    } catch (KubernetesClientException e) {
      return Optional.empty();
    }
  }
}
