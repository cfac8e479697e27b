package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.instance.Recipe;
import dev.knowledgenetwork.operator.core.shardset.rules.KnownParameters;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A change of the spec that changes the pods is known as such: else it would be taken for an update
 * of the operator and be held back.
 */
class KnownInputsTest {

  private static final ShardSetSpec BASE = ShardSetSpec.defaults();

  @Test
  void everyFieldThatChangesThePodsChangesTheInputs() {
    Recipe base = recipe(BASE);
    Set<String> changing = new TreeSet<>();
    variants("", BASE, ShardSetSpec.class)
        .forEach(
            (path, variant) -> {
              Recipe recipe = recipe((ShardSetSpec) variant);
              if (!recipe.id().equals(base.id())) {
                changing.add(path.split("\\.")[1]);
                assertThat(recipe.inputs()).as(path).isNotEqualTo(base.inputs());
              }
            });
    assertThat(changing)
        .containsExactly(
            "image",
            "imagePullSecrets",
            "placement",
            "podAnnotations",
            "podLabels",
            "priorityClassName",
            "resources");
  }

  @Test
  void everyParameterThatChangesThePodsChangesTheInputs() throws IOException {
    Recipe base = recipe(BASE);
    int changing = 0;
    for (String name : parameters()) {
      Recipe recipe = recipe(Sets.set("{parameters: {%s: '7'}}".formatted(name)).getSpec());
      if (!recipe.id().equals(base.id())) {
        assertThat(recipe.inputs()).as(name).isNotEqualTo(base.inputs());
        changing++;
      }
    }
    assertThat(changing).isGreaterThan(20);
  }

  @Test
  void whatTheSpecDoesNotSayIsNoInputSoThatALaterVersionMayKnowMoreFields() {
    assertThat(recipe(BASE).inputs())
        .isEqualTo(recipe(Sets.set("{podLabels: {}, imagePullSecrets: []}").getSpec()).inputs());
  }

  private static Recipe recipe(ShardSetSpec spec) {
    ShardSet set = Sets.set("{}");
    set.setSpec(spec);
    return Recipe.wanted(new Blueprint(set, Sets.CLUSTER_ID, Sets.IMAGES), "s0");
  }

  private static List<String> parameters() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                KnownParameters.class.getResourceAsStream("postgresql-17-parameters.txt"),
                StandardCharsets.US_ASCII))) {
      return lines.lines().map(line -> line.split("\\|")[0].toLowerCase(Locale.ROOT)).toList();
    }
  }

  /** The value with one field changed, at any depth, by the path of the field. */
  private static Map<String, Object> variants(String path, @Nullable Object value, Type type) {
    Class<?> raw =
        type instanceof ParameterizedType generic
            ? (Class<?>) generic.getRawType()
            : (Class<?>) type;
    Map<String, Object> variants = new LinkedHashMap<>();
    if (raw.isRecord()) {
      Object base = value == null ? any(raw) : value;
      for (RecordComponent component : raw.getRecordComponents()) {
        variants(
                path + "." + component.getName(), read(component, base), component.getGenericType())
            .forEach((inner, changed) -> variants.put(inner, with(base, component, changed)));
      }
      if (value == null) {
        variants.put(path, base);
      }
    } else if (raw.isEnum()) {
      Stream.of(raw.getEnumConstants())
          .filter(constant -> !constant.equals(value))
          .forEach(constant -> variants.put(path + "." + constant, constant));
    } else if (raw == Map.class) {
      Type of = ((ParameterizedType) type).getActualTypeArguments()[1];
      for (String key : List.of("cpu", "memory", "ephemeral-storage", "work_mem")) {
        Map<Object, Object> more = new HashMap<>((Map<?, ?>) value);
        more.put(key, any((Class<?>) of));
        variants.put(path + "." + key, more);
      }
    } else if (raw == List.class) {
      Class<?> of = (Class<?>) ((ParameterizedType) type).getActualTypeArguments()[0];
      List<Object> more = new ArrayList<>((List<?>) value);
      more.add(any(of));
      variants.put(path, more);
    } else {
      variants.put(path, value instanceof Integer number ? number + 1 : any(raw));
    }
    return variants;
  }

  private static Object any(Class<?> type) {
    if (type.isRecord()) {
      return make(
          type,
          Stream.of(type.getRecordComponents())
              .map(component -> any(component.getType()))
              .toArray());
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return Map.<Class<?>, Object>of(
            String.class,
            "other",
            Integer.class,
            3,
            Long.class,
            3L,
            Boolean.class,
            true,
            Quantity.class,
            new Quantity("7Gi"),
            Map.class,
            Map.of(),
            List.class,
            List.of(),
            Set.class,
            Set.of())
        .get(type);
  }

  private static Object with(Object base, RecordComponent changed, Object value) {
    return make(
        base.getClass(),
        Stream.of(base.getClass().getRecordComponents())
            .map(each -> each.getName().equals(changed.getName()) ? value : read(each, base))
            .toArray());
  }

  private static @Nullable Object read(RecordComponent component, Object base) {
    try {
      return component.getAccessor().invoke(base);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static Object make(Class<?> type, Object[] values) {
    try {
      return type.getDeclaredConstructor(
              Stream.of(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new))
          .newInstance(values);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException(type.toString(), failure);
    }
  }
}
