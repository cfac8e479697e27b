package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.runtime.kube.MergePatch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of transitions as Kubernetes Events (events.k8s.io/v1). One write each. The name of
 * an Event follows from the version of the object that it was seen at, so that what is told again,
 * after a kill or a failed write, is one Event. What comes again within some minutes, as in a crash
 * loop, is counted in the series of the first one. One that cannot be written is dropped: it is
 * never the only trace.
 */
public final class EventRecorder {

  /** Who tells them. */
  public static final String CONTROLLER = "knowledgenetwork.dev/operator";

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int LONGEST_NOTE = 1024;
  private static final int EXISTS = 409;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final RecentEvents recent = new RecentEvents();
  private final String instance;

  /**
   * Writes through that client.
   *
   * @param instance name of this process, as in the name of its pod
   */
  public EventRecorder(KubernetesClient client, InstantSource clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  /**
   * Tells of one transition.
   *
   * @param about as it was before the transition
   * @return false where it had been told before
   */
  public boolean record(HasMetadata about, Transition transition) {
    return record(about, about, transition);
  }

  /**
   * Tells of one transition of an object that belongs to another one: once, as long as that one
   * stays as it is.
   *
   * @param owner as it was before the transition
   * @return false where it had been told before
   */
  public boolean record(HasMetadata about, HasMetadata owner, Transition transition) {
    String told = named(about, transition.reason(), transition.note());
    String version = owner.getMetadata().getResourceVersion();
    Instant now = clock.instant();
    Optional<RecentEvents.Series> again = recent.find(told, now);
    try {
      if (again.isEmpty()) {
        String name = named(about, version, transition.reason(), transition.note());
        recent.begin(told, name, version, now);
        create(about, transition, name, now);
      } else if (again.get().version().equals(version)) {
        return false;
      } else {
        count(about, recent.count(told, again.get(), version, now), now);
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == EXISTS) {
        return false;
      }
      recent.forget(told);
      LOG.debug("an event is dropped: the API server answered {}", e.getCode());
    }
    return true;
  }

  private void create(HasMetadata about, Transition transition, String name, Instant now) {
    client
        .events()
        .v1()
        .events()
        .inNamespace(about.getMetadata().getNamespace())
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(about.getMetadata().getNamespace())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withAction("Reconcile")
                .withReason(transition.reason())
                .withType(transition.warning() ? "Warning" : "Normal")
                .withNote(shortened(transition.note()))
                .withRegarding(
                    new ObjectReferenceBuilder()
                        .withApiVersion(about.getApiVersion())
                        .withKind(about.getKind())
                        .withNamespace(about.getMetadata().getNamespace())
                        .withName(about.getMetadata().getName())
                        .withUid(about.getMetadata().getUid())
                        .build())
                .build())
        .create();
  }

  /** Only the series of an Event may change. */
  private void count(HasMetadata about, RecentEvents.Series series, Instant now) {
    client
        .events()
        .v1()
        .events()
        .inNamespace(about.getMetadata().getNamespace())
        .withName(series.event())
        .patch(
            MergePatch.CONTEXT,
            Serialization.asJson(
                Map.of(
                    "series",
                    Map.of("count", series.count(), "lastObservedTime", MICROS.format(now)))));
  }

  /** As in every Event: the object's name, a dot and something that tells Events apart. */
  private static String named(HasMetadata about, String... apart) {
    return about.getMetadata().getName()
        + "."
        + Hash.ofValue(
            Stream.concat(Stream.of(about.getMetadata().getUid()), Stream.of(apart)).toList());
  }

  private static String shortened(String note) {
    return note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE - 1) + "…";
  }
}
