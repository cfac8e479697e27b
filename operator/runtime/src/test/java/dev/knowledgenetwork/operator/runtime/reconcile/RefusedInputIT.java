package dev.knowledgenetwork.operator.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.knowledgenetwork.operator.runtime.kit.ApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schema's refusals word for word, on a real API server: the table of the scenario {@code
 * BadInputE2E}, without the rows that only a controller can answer.
 */
@ExtendWith(ApiServer.Extension.class)
class RefusedInputIT {

  private static final Path TABLE =
      Path.of(
          "../../e2e/scenarios/src/test/resources/dev/knowledgenetwork/scenarios/bad-inputs.yaml");

  /** The table's messages name it. */
  private static final String NAMESPACE = "e2e-bad-input";

  private final KubernetesClient client;

  RefusedInputIT(ApiServer server) {
    client = server.client();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
  }

  record Input(
      String mistake,
      String kind,
      @Nullable String name,
      Map<String, Object> spec,
      @Nullable Map<String, Object> then,
      @Nullable List<String> refused) {

    @Override
    public String toString() {
      return kind + ": " + mistake;
    }
  }

  static Stream<Input> inputs() throws IOException {
    try (InputStream table = Files.newInputStream(TABLE)) {
      List<Map<String, Object>> rows =
          Serialization.yamlMapper().readValue(table, new TypeReference<>() {});
      return rows.stream()
          .filter(row -> row.containsKey("refused"))
          .map(row -> Serialization.jsonMapper().convertValue(row, Input.class));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void isRefusedInTheWordsOfTheTable(Input input) {
    String name = Objects.requireNonNullElse(input.name(), "bad");
    try {
      if (input.then() != null) {
        apply(input, name, input.spec());
      }
      assertThatThrownBy(
              () -> apply(input, name, Objects.requireNonNullElse(input.then(), input.spec())))
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              refusal ->
                  assertThat(causes(refusal)).containsExactlyInAnyOrderElementsOf(input.refused()));
    } finally {
      client
          .genericKubernetesResources("knowledgenetwork.dev/v1alpha1", input.kind())
          .inNamespace(NAMESPACE)
          .withName(name)
          .delete();
    }
  }

  private void apply(Input input, String name, Map<String, Object> spec) {
    client
        .resource(
            new GenericKubernetesResourceBuilder()
                .withApiVersion("knowledgenetwork.dev/v1alpha1")
                .withKind(input.kind())
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("somebody")
                .withForce(true)
                .build());
  }

  private static List<String> causes(KubernetesClientException refusal) {
    var details = refusal.getStatus().getDetails();
    if (details == null || details.getCauses().isEmpty()) {
      return List.of(refusal.getStatus().getMessage());
    }
    return details.getCauses().stream()
        .filter(cause -> !cause.getMessage().contains("some validation rules were not checked"))
        .map(RefusedInputIT::line)
        .distinct()
        .toList();
  }

  private static String line(StatusCause cause) {
    String field = cause.getField().equals("<nil>") ? "object" : cause.getField();
    return field + ": " + cause.getMessage();
  }
}
