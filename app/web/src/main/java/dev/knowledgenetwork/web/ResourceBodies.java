package dev.knowledgenetwork.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Field.Presence;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies about one kind of resource. Strict: unknown or repeated fields, other types
 * and trailing text are refused, and all that is wrong is reported at once.
 *
 * @param aggregate the kind
 * @param announced whether the request says how many bytes come
 */
public record ResourceBodies(Aggregate aggregate, boolean announced) {

  /** Most bytes of a body of which nobody says how long it is. */
  public static final int LARGEST_UNANNOUNCED = 1 << 20;

  /** For the body of a request with these headers. */
  static ResourceBodies of(Aggregate aggregate, HttpHeaders headers) {
    return new ResourceBodies(
        aggregate, headers.getRequestHeaders().containsKey(HttpHeaders.CONTENT_LENGTH));
  }

  /**
   * The values of a new resource.
   *
   * @throws ProblemException 400, 413 or 422
   */
  public Values create(InputStream body) {
    ObjectNode object = object(body);
    List<Violation> violations = unknown(object);
    Values values = Values.NONE;
    for (Field<?> field : aggregate.fields()) {
      values = withValue(values, field, object, violations);
    }
    violations.addAll(aggregate.violations(values));
    refuse(violations);
    return values;
  }

  private static <V> Values withValue(
      Values values, Field<V> field, ObjectNode object, List<Violation> violations) {
    JsonNode node = object.get(field.name());
    if (node != null && !node.isNull()) {
      return values.with(field, read(field, node, violations));
    }
    return switch (field.presence()) {
      case Presence.Default<V>(V value) -> values.with(field, value);
      case Presence.Optional<V> ignored -> values;
      case Presence.Required<V> ignored -> {
        violations.add(new Violation(field.name(), "is required"));
        yield values;
      }
    };
  }

  /**
   * The changes of a resource (RFC 7396): absent fields stay, null removes a value. Without one a
   * field has its default or is empty, as in a new resource.
   *
   * @throws ProblemException 400, 413 or 422
   */
  public Changes patch(InputStream body) {
    ObjectNode object = object(body);
    List<Violation> violations = unknown(object);
    Changes changes = Changes.NONE;
    for (Field<?> field : aggregate.fields()) {
      changes = withChange(changes, field, object, violations);
    }
    violations.addAll(aggregate.violations(changes));
    refuse(violations);
    return changes;
  }

  private static <V> Changes withChange(
      Changes changes, Field<V> field, ObjectNode object, List<Violation> violations) {
    JsonNode node = object.get(field.name());
    if (node == null) {
      return changes;
    }
    if (node.isNull()) {
      return changes.with(
          field,
          field.presence() instanceof Presence.Default<V>(V value)
              ? Change.to(value)
              : Change.clear());
    }
    V value = read(field, node, violations);
    return value == null ? changes : changes.with(field, Change.to(value));
  }

  /** The value, or null where it is of another type (a violation). */
  private static <V> @Nullable V read(Field<V> field, JsonNode node, List<Violation> violations) {
    V value = field.type().read(plain(node));
    if (value == null) {
      violations.add(new Violation(field.name(), field.type().rule()));
      return null;
    }
    return field.type().normal(value);
  }

  /**
   * Strings, whole numbers and arrays in the form that types of fields read; all else as what none
   * reads.
   */
  private static Object plain(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.canConvertToExactIntegral() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(plain(item)));
      return items;
    }
    return node;
  }

  private ObjectNode object(InputStream body) {
    return new JsonReader(aggregate.largestBody(), announced).object(body);
  }

  private List<Violation> unknown(ObjectNode object) {
    Set<String> known =
        aggregate.fields().stream().map(Field::name).collect(Collectors.toUnmodifiableSet());
    List<Violation> violations = new ArrayList<>();
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!known.contains(name)) {
        violations.add(new Violation(name, "is not a known field"));
      }
    }
    return violations;
  }

  private static void refuse(List<Violation> violations) {
    if (!violations.isEmpty()) {
      throw ProblemException.invalid(violations);
    }
  }
}
