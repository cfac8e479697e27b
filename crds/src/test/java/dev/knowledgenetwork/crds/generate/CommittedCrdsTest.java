package dev.knowledgenetwork.crds.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed CRDs are the ones that the types say, and every field in them is sound. */
class CommittedCrdsTest {

  private static final int MOST_BYTES = 200 * 1024;

  static Stream<Map.Entry<String, String>> files() {
    return CrdFiles.generate().entrySet().stream();
  }

  @Test
  void theCommittedFilesAreFresh() throws IOException {
    assertThat(CrdFiles.read(Path.of("generated")))
        .as("run: mvn -pl crds test-compile exec:java@generate")
        .isEqualTo(CrdFiles.generate())
        .hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileStaysSmall(Map.Entry<String, String> file) {
    assertThat(file.getValue().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFieldIsDescribedAndBounded(Map.Entry<String, String> file) {
    List<String> faults = new ArrayList<>();
    inspect("", schema(file.getValue()), faults);
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void conditionsAreAMapByType(Map.Entry<String, String> file) {
    JSONSchemaProps conditions =
        schema(file.getValue()).getProperties().get("status").getProperties().get("conditions");
    assertThat(conditions.getXKubernetesListType()).isEqualTo("map");
    assertThat(conditions.getXKubernetesListMapKeys()).containsExactly("type");
  }

  @Test
  void theScaleSubresourceOfShardSetsCountsShards() {
    var scale =
        definition(CrdFiles.generate().get("shardsets.knowledgenetwork.dev-v1.yml"))
            .getSpec()
            .getVersions()
            .getFirst()
            .getSubresources()
            .getScale();
    assertThat(scale.getSpecReplicasPath()).isEqualTo(".spec.sharding.shards");
    assertThat(scale.getStatusReplicasPath()).isEqualTo(".status.shardCount");
    assertThat(scale.getLabelSelectorPath()).isEqualTo(".status.selector");
  }

  /** People who look at several kinds at once read the same words in the same places. */
  @ParameterizedTest
  @MethodSource("files")
  void readyAndStatusAreTheReadyConditionInEveryKind(Map.Entry<String, String> file) {
    var columns =
        definition(file.getValue())
            .getSpec()
            .getVersions()
            .getFirst()
            .getAdditionalPrinterColumns();
    assertThat(columns)
        .filteredOn(column -> List.of("Ready", "Status", "Message").contains(column.getName()))
        .extracting(column -> column.getName() + " " + column.getJsonPath())
        .containsExactly(
            "Ready .status.conditions[?(@.type==\"Ready\")].status",
            "Status .status.conditions[?(@.type==\"Ready\")].reason",
            "Message .status.conditions[?(@.type==\"Ready\")].message");
    assertThat(columns)
        .filteredOn(column -> column.getPriority() == null || column.getPriority() == 0)
        .as("what fits 80 columns; the rest is for -o wide")
        .hasSizeLessThanOrEqualTo(5);
  }

  private static CustomResourceDefinition definition(String yaml) {
    return Serialization.unmarshal(yaml, CustomResourceDefinition.class);
  }

  private static JSONSchemaProps schema(String yaml) {
    return definition(yaml).getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
  }

  private static void inspect(String path, JSONSchemaProps schema, List<String> faults) {
    schema
        .getProperties()
        .forEach(
            (name, property) -> {
              String where = path + "." + name;
              if (property.getDescription() == null || property.getDescription().isBlank()) {
                faults.add(where + ": no description");
              }
              inspectValue(where, property, faults);
            });
  }

  private static void inspectValue(String where, JSONSchemaProps value, List<String> faults) {
    if (Boolean.TRUE.equals(value.getNullable())) {
      faults.add(where + ": nullable");
    }
    if (where.endsWith("Time") && !"date-time".equals(value.getFormat())) {
      faults.add(where + ": a time without its format");
    }
    if (Boolean.TRUE.equals(value.getXKubernetesIntOrString())) {
      require(where, value.getMaxLength(), "maxLength", faults);
      return;
    }
    switch (value.getType()) {
      case "string" -> {
        if (value.getEnum().isEmpty()) {
          require(where, value.getMaxLength(), "maxLength", faults);
        }
      }
      case "integer" -> require(where, value.getMinimum(), "minimum", faults);
      case "array" -> {
        require(where, value.getMaxItems(), "maxItems", faults);
        require(where, value.getXKubernetesListType(), "x-kubernetes-list-type", faults);
        inspectValue(where + "[]", value.getItems().getSchema(), faults);
      }
      case "object" -> {
        if (value.getAdditionalProperties() != null) {
          require(where, value.getMaxProperties(), "maxProperties", faults);
          inspectValue(where + "{}", value.getAdditionalProperties().getSchema(), faults);
        }
        inspect(where, value, faults);
      }
      case "boolean" -> {}
      default -> faults.add(where + ": unexpected type " + value.getType());
    }
  }

  private static void require(String where, Object bound, String name, List<String> faults) {
    if (bound == null) {
      faults.add(where + ": no " + name);
    }
  }
}
