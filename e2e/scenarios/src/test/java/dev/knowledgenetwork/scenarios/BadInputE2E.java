package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.CustomObject;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people get wrong, and the very words they read then: {@code bad-inputs.yaml} is the table.
 * The schema refuses, or, where only the controller can know, a condition says it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputE2E {

  private static final String NAMESPACE = "e2e-bad-input";

  private final Cluster cluster = Cluster.open();

  /**
   * One mistake.
   *
   * @param name of the object; absent: {@code bad}
   * @param spec as written
   * @param then a second spec, applied over the first, which must be fine
   * @param refused what the API server answers: one line a cause, {@code field: message}
   * @param condition what the object's condition says instead: type, status, reason, message
   */
  record BadInput(
      String mistake,
      String kind,
      @Nullable String name,
      Map<String, Object> spec,
      @Nullable Map<String, Object> then,
      @Nullable List<String> refused,
      @Nullable Map<String, Object> condition) {

    @Override
    public String toString() {
      return kind + ": " + mistake;
    }
  }

  static Stream<BadInput> inputs() throws IOException {
    try (InputStream table = BadInputE2E.class.getResourceAsStream("bad-inputs.yaml")) {
      List<BadInput> inputs =
          Serialization.yamlMapper().readValue(table, new TypeReference<List<BadInput>>() {});
      assertThat(inputs).hasSizeGreaterThanOrEqualTo(30);
      return inputs.stream();
    }
  }

  @BeforeAll
  void namespace() {
    cluster.namespace(NAMESPACE);
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(NAMESPACE);
    cluster.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void isRefusedOrTold(BadInput input) {
    String name = Objects.requireNonNullElse(input.name(), "bad");
    CustomObject object = cluster.object(input.kind(), NAMESPACE, name);
    try {
      if (input.then() != null) {
        apply(input, name, input.spec());
      }
      Map<String, Object> wrong = Objects.requireNonNullElse(input.then(), input.spec());
      if (input.condition() != null) {
        apply(input, name, wrong);
        Map<String, Object> expected = input.condition();
        object.await(
            "condition " + expected,
            Duration.ofMinutes(2),
            o ->
                o.condition(String.valueOf(expected.get("type")))
                    .filter(c -> c.entrySet().containsAll(expected.entrySet()))
                    .isPresent());
      } else {
        assertThatThrownBy(() -> apply(input, name, wrong))
            .isInstanceOfSatisfying(
                KubernetesClientException.class,
                e -> assertThat(causes(e)).containsExactlyInAnyOrderElementsOf(input.refused()));
      }
    } finally {
      object.delete();
      object.await("deletion", Duration.ofMinutes(4), o -> o.get().isEmpty());
    }
  }

  private void apply(BadInput input, String name, Map<String, Object> spec) {
    GenericKubernetesResource manifest =
        new GenericKubernetesResourceBuilder()
            .withApiVersion("knowledgenetwork.dev/v1alpha1")
            .withKind(input.kind())
            .withNewMetadata()
            .withName(name)
            .withNamespace(NAMESPACE)
            .endMetadata()
            .addToAdditionalProperties("spec", spec)
            .build();
    cluster.apply(NAMESPACE, manifest);
  }

  private static List<String> causes(KubernetesClientException refusal) {
    var status = refusal.getStatus();
    if (status == null
        || status.getDetails() == null
        || status.getDetails().getCauses().isEmpty()) {
      return List.of(String.valueOf(status == null ? refusal.getMessage() : status.getMessage()));
    }
    return status.getDetails().getCauses().stream()
        .filter(cause -> !cause.getMessage().contains("some validation rules were not checked"))
        .map(BadInputE2E::line)
        .distinct()
        .toList();
  }

  private static String line(StatusCause cause) {
    String field = cause.getField().equals("<nil>") ? "object" : cause.getField();
    return field + ": " + cause.getMessage();
  }
}
