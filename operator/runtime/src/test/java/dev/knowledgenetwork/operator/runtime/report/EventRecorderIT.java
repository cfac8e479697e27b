package dev.knowledgenetwork.operator.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told again is one Event, and says how often. */
@ExtendWith(ApiServer.Extension.class)
class EventRecorderIT {

  private static final Transition DOWN =
      Transition.normal(StandardReason.INTERNAL_ERROR, "It is down.");
  private static final Transition STILL_DOWN =
      Transition.normal(StandardReason.INTERNAL_ERROR, "It is down for another reason.");

  private final KubernetesClient client;
  private final String namespace;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private EventRecorder recorder;

  EventRecorderIT(ApiServer server) {
    this.client = server.client();
    this.namespace = server.namespace("recorder");
  }

  @BeforeEach
  void start() {
    recorder = new EventRecorder(client, () -> now, "test");
  }

  @Test
  void whatIsToldOfTheSameVersionIsToldOnce() {
    assertThat(recorder.record(at("once", "1"), DOWN)).isTrue();
    assertThat(recorder.record(at("once", "1"), DOWN)).isFalse();
    start();
    assertThat(recorder.record(at("once", "1"), DOWN)).as("by another process").isFalse();
    assertThat(told("once")).singleElement().satisfies(e -> assertThat(e.getSeries()).isNull());
  }

  @Test
  void whatComesAgainIsCountedInOneEvent() {
    for (int version = 1; version <= 5; version++) {
      assertThat(recorder.record(at("again", "" + version), DOWN)).isTrue();
      assertThat(recorder.record(at("again", "" + version), DOWN)).isFalse();
      now = now.plus(Duration.ofMinutes(1));
    }
    assertThat(told("again"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getSeries().getCount()).isEqualTo(5);
              assertThat(event.getSeries().getLastObservedTime().getTime())
                  .startsWith("2026-01-01T00:04:00");
              assertThat(event.getEventTime().getTime()).startsWith("2026-01-01T00:00:00");
            });
  }

  @Test
  void otherWordsAreAnotherEventAndSoIsWhatComesAgainLater() {
    recorder.record(at("news", "1"), DOWN);
    recorder.record(at("news", "2"), STILL_DOWN);
    now = now.plus(Duration.ofMinutes(11));
    recorder.record(at("news", "3"), DOWN);
    assertThat(told("news")).hasSize(3).allMatch(event -> event.getSeries() == null);
  }

  @Test
  void aSeriesWhoseEventIsGoneBeginsAnew() {
    recorder.record(at("gone", "1"), DOWN);
    client.events().v1().events().inNamespace(namespace).delete();
    recorder.record(at("gone", "2"), DOWN);
    recorder.record(at("gone", "3"), DOWN);
    assertThat(told("gone")).singleElement();
  }

  private ConfigMap at(String name, String version) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withUid("5b0c2f5e-0000-4000-8000-00000000000" + name.length())
        .withResourceVersion(version)
        .endMetadata()
        .build();
  }

  private List<Event> told(String name) {
    return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getRegarding().getName().equals(name))
        .toList();
  }
}
