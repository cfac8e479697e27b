package dev.knowledgenetwork.operator.runtime.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompactStoreTest {

  private static final Path PLANNED = Path.of("../core/src/test/resources/golden/shardset");

  private final ObjectMapper json = new ObjectMapper();
  private final KubernetesSerialization serialization = new KubernetesSerialization();

  @Test
  void whatIsReadAgainIsWhatWasPut() throws IOException {
    List<HasMetadata> planned;
    try (Stream<Path> files = Files.list(PLANNED)) {
      planned = files.flatMap(this::objects).toList();
    }
    assertThat(planned).hasSizeGreaterThan(20).allSatisfy(this::isReadAgain);
  }

  @SuppressWarnings("unchecked")
  private <T extends HasMetadata> void isReadAgain(T object) {
    CompactStore<T> store =
        new CompactStore<>(ChildKind.plain((Class<T>) object.getClass()), serialization);
    JsonNode before = json.valueToTree(object);
    store.put("key", serialization.clone(object));
    assertThat(json.<JsonNode>valueToTree(readAgain(store))).isEqualTo(before);
  }

  @Test
  void whatSomebodyHoldsIsOneObject() {
    CompactStore<ConfigMap> store =
        new CompactStore<>(ChildKind.plain(ConfigMap.class), serialization);
    store.put("key", new ConfigMapBuilder().withNewMetadata().endMetadata().build());
    ConfigMap held = readAgain(store);
    assertThat(store.get("key")).isSameAs(held);
    assertThat(store.values()).singleElement().isSameAs(held);
  }

  @Test
  void whatIsReplacedOrRemovedIsReturned() {
    CompactStore<ConfigMap> store =
        new CompactStore<>(ChildKind.plain(ConfigMap.class), serialization);
    ConfigMap first = new ConfigMapBuilder().withNewMetadata().endMetadata().build();
    ConfigMap second = new ConfigMapBuilder(first).addToData("a", "b").build();
    assertThat(store.put("key", first)).isNull();
    assertThat(store.put("key", second)).isEqualTo(first);
    assertThat(store.remove("key")).isEqualTo(second);
    assertThat(store.get("key")).isNull();
    assertThat(store.size()).isZero();
  }

  /** Once the collector has taken what was put. */
  private static <T extends HasMetadata> T readAgain(CompactStore<T> store) {
    int before = System.identityHashCode(store.get("key"));
    await()
        .until(
            () -> {
              System.gc();
              return System.identityHashCode(store.get("key")) != before;
            });
    return Objects.requireNonNull(store.get("key"));
  }

  /** Planned objects; planned Secrets have another form. */
  private Stream<HasMetadata> objects(Path file) {
    try {
      return Arrays.stream(Files.readString(file).split("(?m)^---$"))
          .filter(text -> text.contains("\napiVersion: "))
          .map(text -> (HasMetadata) serialization.unmarshal(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
