package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Specs that differ in one field. */
public final class Variants {

  private Variants() {}

  /**
   * The fields of a spec that change a recipe. A change of the spec that changes the pods must be
   * known as such: else it would be taken for an update of the operator and be held back.
   */
  public static <S extends Record> Set<String> changing(S base, Function<S, Recipe> recipes) {
    @SuppressWarnings("unchecked")
    Class<S> type = (Class<S>) base.getClass();
    Recipe first = recipes.apply(base);
    Set<String> changing = new TreeSet<>();
    variants("", base, type)
        .forEach(
            (path, variant) -> {
              Recipe recipe = recipes.apply(type.cast(variant));
              if (!recipe.id().equals(first.id())) {
                changing.add(path.split("\\.")[1]);
                assertThat(recipe.inputs()).as(path).isNotEqualTo(first.inputs());
              }
            });
    return changing;
  }

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
            "3m",
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
