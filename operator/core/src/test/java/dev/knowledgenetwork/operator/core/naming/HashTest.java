package dev.knowledgenetwork.operator.core.naming;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HashTest {

  @Test
  void theOrderOfKeysDoesNotMatter() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("a", "1");
    one.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("b", "2");
    other.put("a", "1");
    assertThat(Hash.of(new ConfigMapBuilder().withData(one).build()))
        .isEqualTo(Hash.of(new ConfigMapBuilder().withData(other).build()))
        .matches("[0-9a-f]{16}");
  }

  @Test
  void withoutItsKeyAKeyedHashCannotBeGuessed() {
    assertThat(Hash.keyed("k", Map.of("password", "typed")))
        .isEqualTo(Hash.keyed("k", Map.of("password", "typed")))
        .isNotEqualTo(Hash.keyed("l", Map.of("password", "typed")))
        .isNotEqualTo(Hash.ofValue(Map.of("password", "typed")))
        .matches("[0-9a-f]{16}");
  }

  @Test
  void contentMatters() {
    assertThat(Hash.ofText("a")).isEqualTo("ca978112ca1bbdca").isNotEqualTo(Hash.ofText("b"));
    assertThat(Hash.ofValue(Map.of("a", 1))).isNotEqualTo(Hash.ofValue(Map.of("a", 2)));
  }
}
