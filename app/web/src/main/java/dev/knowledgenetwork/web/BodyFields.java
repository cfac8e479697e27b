package dev.knowledgenetwork.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Violation;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request's body, and what is wrong with them so far. Strict: unknown or repeated
 * fields, other types and trailing text are refused, and all that is wrong is reported at once.
 */
public final class BodyFields {

  private static final String STRING = "must be a string";

  private final ObjectNode object;
  private final List<Violation> violations = new ArrayList<>();

  private BodyFields(ObjectNode object, Set<String> known) {
    this.object = object;
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!known.contains(name)) {
        violations.add(new Violation(name, "is not a known field"));
      }
    }
  }

  /**
   * Reads a body.
   *
   * @param largest most bytes of it
   * @param known names of all fields it may have
   * @throws ProblemException 400 for what is no JSON object, 413 for what is larger
   */
  public static BodyFields read(InputStream body, int largest, Set<String> known) {
    return new BodyFields(new JsonReader(largest).object(body), known);
  }

  /**
   * A text that must be there; where it is not, a stand-in that breaks no rule.
   *
   * @param standIn what the rest of the checks see
   */
  public String required(String name, String standIn) {
    String text = text(name);
    if (text == null && !refused(name)) {
      violations.add(new Violation(name, "is required"));
    }
    return text == null ? standIn : text;
  }

  /** A text, or null where it is absent, null or of another type (a violation). */
  public @Nullable String text(String name) {
    return read(name, BodyFields::text, STRING);
  }

  /** A text, or what it is otherwise. */
  public String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  /** One of a few words, or what it is otherwise. */
  public <E extends Enum<E>> E word(String name, E otherwise) {
    Class<E> words = otherwise.getDeclaringClass();
    E word = read(name, node -> word(node, words), ListParameters.oneOf(words));
    return word == null ? otherwise : word;
  }

  /** An array of texts, or an empty one. */
  public List<String> texts(String name) {
    List<String> texts = read(name, BodyFields::texts, "must be an array of strings");
    return texts == null ? List.of() : texts;
  }

  /** What a merge patch (RFC 7396) says of a text. */
  public Change<String> textChange(String name) {
    return change(name, BodyFields::text, STRING);
  }

  /** What a merge patch says of one of a few words. */
  public <E extends Enum<E>> Change<E> wordChange(String name, Class<E> words) {
    return change(name, node -> word(node, words), ListParameters.oneOf(words));
  }

  /** What a merge patch says of an array of texts. */
  public Change<List<String>> textsChange(String name) {
    return change(name, BodyFields::texts, "must be an array of strings");
  }

  /**
   * To be called when all fields are read.
   *
   * @param more rules that the values break
   * @throws ProblemException 422 if anything is wrong
   */
  public void refuse(List<Violation> more) {
    violations.addAll(more);
    if (!violations.isEmpty()) {
      throw ProblemException.invalid(violations);
    }
  }

  private boolean refused(String name) {
    return violations.stream().anyMatch(violation -> violation.field().equals(name));
  }

  private <T> Change<T> change(String name, Function<JsonNode, @Nullable T> reader, String rule) {
    JsonNode node = object.get(name);
    if (node != null && node.isNull()) {
      return Change.clear();
    }
    T value = read(name, reader, rule);
    return value == null ? Change.keep() : Change.to(value);
  }

  private <T> @Nullable T read(String name, Function<JsonNode, @Nullable T> reader, String rule) {
    JsonNode node = object.get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    T value = reader.apply(node);
    if (value == null) {
      violations.add(new Violation(name, rule));
    }
    return value;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  private static <E extends Enum<E>> @Nullable E word(JsonNode node, Class<E> words) {
    for (E word : words.getEnumConstants()) {
      if (node.isTextual() && word.name().equals(node.textValue())) {
        return word;
      }
    }
    return null;
  }

  private static @Nullable List<String> texts(JsonNode node) {
    if (!node.isArray()) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : node) {
      if (!text.isTextual()) {
        return null;
      }
      texts.add(text.textValue());
    }
    return texts;
  }
}
