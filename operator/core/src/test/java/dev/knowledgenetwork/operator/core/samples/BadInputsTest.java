package dev.knowledgenetwork.operator.core.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.cache.CacheTierKind;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Kind;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.network.NetworkKind;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.ShardSetKind;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The validators' refusals word for word: those rows of the scenario {@code BadInputE2E} that only
 * the controller refuses, and the schema does not.
 */
class BadInputsTest {

  private static final Path TABLE =
      Path.of(
          "../../e2e/scenarios/src/test/resources/dev/knowledgenetwork/scenarios/bad-inputs.yaml");

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Input(
      String mistake, String kind, Map<String, Object> spec, Map<String, String> condition) {

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
          .filter(
              row ->
                  row.get("condition") instanceof Map<?, ?> told
                      && "Stalled".equals(told.get("type")))
          .map(row -> Serialization.jsonMapper().convertValue(row, Input.class));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void isRefusedInTheWordsOfTheTable(Input input) {
    List<Problem.InvalidSpec> refused =
        plan(input).problems().stream().map(Problem.InvalidSpec.class::cast).toList();
    assertThat(Problem.InvalidSpec.sentence(refused)).isEqualTo(input.condition().get("message"));
    assertThat(refused.getFirst().reason().text()).isEqualTo(input.condition().get("reason"));
  }

  private static Plan plan(Input input) {
    return switch (input.kind()) {
      case "ShardSet" -> plan(input, new ShardSetKind(Sets.IMAGES), ShardSet.class);
      case "CacheTier" -> plan(input, new CacheTierKind(Sets.IMAGES), CacheTier.class);
      default -> plan(input, new NetworkKind(Sets.IMAGES), KnowledgeNetwork.class);
    };
  }

  private static <P extends CustomResource<?, S>, S extends Conditioned> Plan plan(
      Input input, Kind<P, S, ?> kind, Class<P> type) {
    P object =
        Serialization.jsonMapper()
            .convertValue(
                Map.of(
                    "metadata",
                    Map.of("name", "never-made", "namespace", "demo", "uid", "1"),
                    "spec",
                    input.spec()),
                type);
    return Passes.plan(kind, object, Observed.of(Children.none(), Sets.NOW));
  }
}
