package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The API server's own schema takes every planned object without a field that it does not know. The
 * objects are the planners' golden files.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlannedObjectsE2E {

  private static final String NAMESPACE = "e2e-planned";
  private static final Path GOLDEN =
      Path.of("..", "..", "operator", "core", "src", "test", "resources", "golden");

  private final Cluster cluster = Cluster.open();

  @BeforeAll
  void namespace() {
    cluster.namespace(NAMESPACE);
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(NAMESPACE);
    cluster.close();
  }

  static Stream<String> objects() throws IOException {
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      List<String> objects =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .flatMap(file -> documents(file).stream())
              .filter(document -> document.lines().anyMatch(line -> line.startsWith("apiVersion:")))
              .toList();
      assertThat(objects).hasSizeGreaterThan(50);
      return objects.stream();
    }
  }

  private static List<String> documents(Path file) {
    try {
      return List.of(Files.readString(file).split("(?m)^---\\R"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("objects")
  void isKnownToTheSchema(String document) {
    HasMetadata object = Serialization.unmarshal(document);
    object.getMetadata().setNamespace(NAMESPACE);
    HasMetadata answer =
        cluster
            .client()
            .resource(object)
            .dryRun(true)
            .fieldValidation(FieldValidateable.Validation.STRICT)
            .create();
    assertThat(answer.getKind()).isEqualTo(object.getKind());
  }
}
