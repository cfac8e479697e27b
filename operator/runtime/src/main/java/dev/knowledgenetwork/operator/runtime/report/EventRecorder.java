package dev.knowledgenetwork.operator.runtime.report;

import dev.knowledgenetwork.operator.core.naming.Hash;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of transitions as Kubernetes Events (events.k8s.io/v1). One write each. The name of
 * an Event follows from the version of the object that it was seen at, so that what is told again,
 * after a kill or a failed write, is one Event. One that cannot be written is dropped: it is never
 * the only trace.
 */
public final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final String CONTROLLER = "knowledgenetwork.dev/operator";
  private static final int LONGEST_NOTE = 1024;
  private static final int EXISTS = 409;

  private final KubernetesClient client;
  private final InstantSource clock;
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
    try {
      client
          .events()
          .v1()
          .events()
          .inNamespace(about.getMetadata().getNamespace())
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withName(about.getMetadata().getName() + "." + suffix(about, owner, transition))
                  .withNamespace(about.getMetadata().getNamespace())
                  .endMetadata()
                  .withEventTime(new MicroTime(MICROS.format(clock.instant())))
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
    } catch (KubernetesClientException e) {
      if (e.getCode() == EXISTS) {
        return false;
      }
      LOG.debug("an event is dropped: the API server answered {}", e.getCode());
    }
    return true;
  }

  /** As in every Event: the object's name, a dot and something that tells Events apart. */
  private static String suffix(HasMetadata about, HasMetadata owner, Transition transition) {
    return Hash.ofValue(
        List.of(
            about.getMetadata().getUid(),
            owner.getMetadata().getResourceVersion(),
            transition.reason(),
            transition.note()));
  }

  private static String shortened(String note) {
    return note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE - 1) + "…";
  }
}
