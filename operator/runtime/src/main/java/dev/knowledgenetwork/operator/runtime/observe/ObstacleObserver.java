package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.kind.Obstacles;
import dev.knowledgenetwork.operator.core.kind.StandardConditions;
import dev.knowledgenetwork.operator.core.plan.Reference;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.Advice;
import dev.knowledgenetwork.operator.core.workload.LastWords;
import dev.knowledgenetwork.operator.core.workload.Line;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import dev.knowledgenetwork.operator.runtime.report.EventRecorder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the Events of the children of an object that has not been whole for a while, and the end of
 * the log of pods that crash, or run and do not get ready. Costs a list of the namespace's warnings
 * a question, another one for each of the few that are told, and a log for each such pod; nothing
 * while all is settled. What a pod's own status says better is left out.
 */
public final class ObstacleObserver<P extends CustomResource<?, ? extends Conditioned>>
    implements Observer<P, ObstacleObserver.Question, Obstacles> {

  /**
   * What is asked.
   *
   * @param children of the object
   * @param since what was said before is about something else
   */
  public record Question(Set<Reference> children, Instant since) {}

  private static final int MOST = 5;

  /** How much of a log is read. */
  private static final int LINES = 50;

  /** The cause is written before probes notice. */
  private static final Duration BEFORE_IT_CEASED = Duration.ofMinutes(1);

  private static final Duration PACE = Duration.ofSeconds(30);

  /** A pod says so itself, and no longer once it is not so any more. */
  private static final Set<String> SAID_BY_PODS =
      Set.of("BackOff", "Failed", "FailedScheduling", "Unhealthy");

  /** What a controller says of the same object once it has overcome what it warned of. */
  private static final Set<String> OVERCOME =
      Set.of("SuccessfulCreate", "ProvisioningSucceeded", "Started");

  private final KubernetesClient client;
  private final InstantSource clock;

  /** Asks the API server. */
  public ObstacleObserver(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
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
  public Map<Target, Question> targets(P primary, Children children) {
    if (primary.getStatus() == null) {
      return Map.of();
    }
    Optional<Instant> since =
        StandardConditions.unsettledSince(primary.getStatus().conditions())
            .filter(begin -> begin.plus(StandardConditions.PATIENCE).isBefore(clock.instant()));
    return since
        .map(
            begin ->
                Map.of(
                    Target.of(primary),
                    new Question(
                        children.objects().stream().map(Reference::of).collect(Collectors.toSet()),
                        begin)))
        .orElse(Map.of());
  }

  @Override
  public Obstacles ask(Target target, Question question) {
    Set<Reference> children = question.children();
    Map<String, Event> found = new LinkedHashMap<>();
    client
        .events()
        .v1()
        .events()
        .inNamespace(target.namespace())
        .withField("type", "Warning")
        .list()
        .getItems()
        .stream()
        .filter(event -> concerns(event, children) && !isSaidElsewhere(event))
        .filter(event -> newest(event).compareTo(text(question.since())) >= 0)
        .sorted(Comparator.comparing((Event event) -> newest(event)).reversed())
        .forEach(
            event ->
                found.putIfAbsent(
                    event.getRegarding().getKind() + " " + event.getRegarding().getName(), event));
    List<String> messages = new ArrayList<>();
    found.entrySet().stream()
        .limit(MOST)
        .filter(entry -> !isOvercome(entry.getValue()))
        .forEach(entry -> messages.add(entry.getKey() + ": " + said(entry.getValue())));
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

  private static String said(Event event) {
    return event.getReason()
        + ": "
        + Line.of(event.getNote())
        + Advice.on(event.getRegarding().getNamespace(), event.getNote(), 1)
            .map(next -> ". " + next)
            .orElse("");
  }

  /** Warnings stay for an hour, also where what they are about has been set right. */
  private boolean isOvercome(Event warning) {
    return client
        .events()
        .v1()
        .events()
        .inNamespace(warning.getRegarding().getNamespace())
        .withField("regarding.kind", warning.getRegarding().getKind())
        .withField("regarding.name", warning.getRegarding().getName())
        .withField("type", "Normal")
        .list()
        .getItems()
        .stream()
        .anyMatch(
            event ->
                OVERCOME.contains(event.getReason())
                    && newest(event).compareTo(newest(warning)) >= 0);
  }

  /** By pods themselves; and what the operator told of others stands in their conditions. */
  private static boolean isSaidElsewhere(Event event) {
    return EventRecorder.CONTROLLER.equals(event.getReportingController())
        || event.getRegarding().getKind().equals("Pod") && SAID_BY_PODS.contains(event.getReason());
  }

  /** To the second, as times of Events are compared here as texts. */
  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "");
  }

  private static String newest(Event event) {
    if (event.getSeries() != null && event.getSeries().getLastObservedTime() != null) {
      return event.getSeries().getLastObservedTime().getTime();
    }
    return event.getDeprecatedLastTimestamp() != null
        ? event.getDeprecatedLastTimestamp()
        : String.valueOf(event.getMetadata().getCreationTimestamp());
  }

  /** What the log of a container that does not serve says of the reason. */
  private Optional<String> lastWords(Reference reference) {
    Pod pod = client.pods().inNamespace(reference.namespace()).withName(reference.name()).get();
    if (pod == null || pod.getStatus() == null) {
      return Optional.empty();
    }
    return pod.getStatus().getContainerStatuses().stream()
        .filter(status -> !Boolean.TRUE.equals(status.getReady()))
        .flatMap(status -> lastWords(reference, status, Readiness.changed(pod)).stream())
        .findFirst();
  }

  /**
   * Patroni outlives the end of PostgreSQL, so that a container may run and say why it does not.
   *
   * @param ceased when its pod ceased to serve: what it wrote long before is not why
   */
  private Optional<String> lastWords(
      Reference pod, ContainerStatus status, Optional<Instant> ceased) {
    String since = ceased.map(time -> "&sinceTime=" + time.minus(BEFORE_IT_CEASED)).orElse("");
    Optional<String> complaint =
        runsForLong(status)
            ? log(pod, status.getName(), since).flatMap(LastWords::complaint)
            : Optional.empty();
    return complaint
        .map(text -> "Pod " + pod.name() + " runs and is not ready, its log says: " + text)
        .or(
            () ->
                crashed(status)
                    ? log(pod, status.getName(), "&previous=true")
                        .flatMap(text -> LastWords.complaint(text).or(() -> LastWords.last(text)))
                        .map(text -> "Pod " + pod.name() + " wrote last: " + text)
                    : Optional.empty());
  }

  private boolean runsForLong(ContainerStatus status) {
    ContainerState state = status.getState();
    return state != null
        && state.getRunning() != null
        && Instant.parse(state.getRunning().getStartedAt())
            .plus(StandardConditions.PATIENCE)
            .isBefore(clock.instant());
  }

  private static boolean crashed(ContainerStatus status) {
    ContainerState last = status.getLastState();
    return last != null && last.getTerminated() != null && last.getTerminated().getExitCode() != 0;
  }

  /**
   * Not by the client's own call: that one waits for five seconds first that the pod gets ready.
   */
  private Optional<String> log(Reference pod, String container, String which) {
    try {
      return Optional.ofNullable(
          client.raw(
              "/api/v1/namespaces/%s/pods/%s/log?container=%s&tailLines=%d%s"
                  .formatted(pod.namespace(), pod.name(), container, LINES, which)));
    } catch (KubernetesClientException e) {
      return Optional.empty();
    }
  }
}
