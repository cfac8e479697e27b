package dev.knowledgenetwork.operator.core.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.cache.CacheTierKind;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.NetworkKind;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.shardset.ShardSetKind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample names only fields that exist, is valid and can be planned. */
class SamplesTest {

  private static final Path SAMPLES = Path.of("../../samples");
  private static final Path INVENTORY = SAMPLES.resolve("inventory");
  private static final Path DEFINITIONS = Path.of("../../crds/generated");
  private static final Images IMAGES = new Images("postgres:1", "pooler:1", "valkey:1", "app:1");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Observed NOTHING = Observed.of(Children.none(), NOW);

  /** One document of one file. */
  record Sample(String file, String yaml) {

    String kind() {
      return (String) tree().get("kind");
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> tree() {
      return Serialization.unmarshal(yaml, Map.class);
    }

    @Override
    public String toString() {
      return file + " " + kind();
    }
  }

  static Stream<Sample> samples() {
    return Stream.of(SAMPLES, INVENTORY)
        .flatMap(folder -> files(folder, ".yaml"))
        .flatMap(
            path ->
                Stream.of(read(path).split("(?m)^---$"))
                    .filter(yaml -> yaml.contains("apiVersion: knowledgenetwork.dev/"))
                    .map(yaml -> new Sample(path.getFileName().toString(), yaml)));
  }

  @Test
  void theQuickStartIsTenLines() {
    long lines =
        read(SAMPLES.resolve("quickstart.yaml"))
            .lines()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .count();
    assertThat(lines).isLessThanOrEqualTo(10);
  }

  @Test
  void productionShowsTheThreeKinds() {
    assertThat(samples())
        .filteredOn(sample -> sample.file().equals("production.yaml"))
        .extracting(Sample::kind)
        .containsExactly("ShardSet", "CacheTier", "KnowledgeNetwork");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyFieldExistsInTheDefinition(Sample sample) {
    List<String> unknown = new ArrayList<>();
    unknown("", sample.tree().get("spec"), spec(sample.kind()), unknown);
    assertThat(unknown).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theSampleIsValidAndCanBePlanned(Sample sample) {
    Plan plan = plan(sample);
    assertThat(plan.isBlocked()).as(plan.problems().toString()).isFalse();
    assertThat(plan.secrets().size() + plan.resources().size()).isPositive();
  }

  @Test
  void thePodOfTheInventoryMayReachAShardSetAndMountsItsSecrets() {
    String shardSet =
        samples()
            .filter(sample -> sample.file().equals("shardset.yaml"))
            .map(sample -> object(sample, ShardSet.class).getMetadata().getName())
            .findAny()
            .orElseThrow();
    String yaml = read(INVENTORY.resolve("pod.yaml")).replace("demo", shardSet);
    Pod pod = Serialization.unmarshal(yaml, Pod.class);

    assertThat(pod.getMetadata().getLabels()).containsEntry(Labels.DATABASE_CLIENT, shardSet);
    assertThat(pod.getSpec().getVolumes())
        .extracting(Volume::getSecret)
        .filteredOn(Objects::nonNull)
        .extracting(SecretVolumeSource::getSecretName)
        .containsExactlyInAnyOrder(
            Names.topology(shardSet),
            Names.databaseBinding(shardSet),
            Names.migrateLogin(shardSet));
  }

  private static Plan plan(Sample sample) {
    return switch (sample.kind()) {
      case "ShardSet" ->
          Passes.plan(new ShardSetKind(IMAGES), object(sample, ShardSet.class), NOTHING);
      case "CacheTier" ->
          Passes.plan(new CacheTierKind(IMAGES), object(sample, CacheTier.class), NOTHING);
      case "KnowledgeNetwork" ->
          Passes.plan(new NetworkKind(IMAGES), object(sample, KnowledgeNetwork.class), NOTHING);
      default -> throw new AssertionError("no planner for " + sample);
    };
  }

  private static <T extends HasMetadata> T object(Sample sample, Class<T> type) {
    T object = Serialization.unmarshal(sample.yaml(), type);
    object.getMetadata().setNamespace("demo");
    object.getMetadata().setUid("uid");
    object.getMetadata().setGeneration(1L);
    return object;
  }

  private static JSONSchemaProps spec(String kind) {
    return files(DEFINITIONS, ".yml")
        .map(path -> Serialization.unmarshal(read(path), CustomResourceDefinition.class))
        .filter(definition -> definition.getSpec().getNames().getKind().equals(kind))
        .map(definition -> definition.getSpec().getVersions().getFirst().getSchema())
        .map(schema -> schema.getOpenAPIV3Schema().getProperties().get("spec"))
        .findFirst()
        .orElseThrow();
  }

  private static void unknown(
      String path, Object value, JSONSchemaProps schema, List<String> unknown) {
    if (!(value instanceof Map<?, ?> map)) {
      return;
    }
    map.forEach(
        (key, inner) -> {
          String where = path + "." + key;
          JSONSchemaProps property = schema.getProperties().get(key);
          if (property == null && schema.getAdditionalProperties() != null) {
            property = schema.getAdditionalProperties().getSchema();
          }
          if (property == null) {
            unknown.add(where);
          } else {
            unknown(where, inner, property, unknown);
          }
        });
  }

  private static Stream<Path> files(Path folder, String ending) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(path -> path.toString().endsWith(ending)).sorted().toList().stream();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
