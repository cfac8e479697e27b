package dev.knowledgenetwork.kernel;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The types of fields there are. Pure; checks cost time linear in the size of a value. */
public final class FieldTypes {

  private static final String EMPTY = "must not be empty";
  private static final String STRING = "must be a string";

  /** One line that is not blank, as {@link #line} checks it. */
  private static final String LINE_PATTERN =
      "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f]"
          + "[^\\u0000-\\u001f\\u007f-\\u009f]*$";

  /**
   * UTF-16 units that may become one code point by composition: four code points, two units each.
   */
  private static final int MOST_UNITS_OF_ONE = 8;

  private FieldTypes() {}

  /** One line that is not blank, of at most so many code points, in normal form C. */
  public static FieldType<String> line(int longest) {
    return new Line(longest);
  }

  /** Any text of at most so many bytes in UTF-8. */
  public static FieldType<String> text(int largest) {
    return new Text(largest);
  }

  /** One of a few words. */
  public static <E extends Enum<E>> FieldType<E> word(Class<E> words) {
    return new Word<>(words);
  }

  /** At most so many different {@link #line lines}, each of so many code points, in order. */
  public static FieldType<List<String>> lines(int most, int longest) {
    return new Lines(most, longest);
  }

  /** A whole number within bounds. */
  public static FieldType<Long> number(long least, long most) {
    return new Whole(least, most);
  }

  /**
   * The id of a resource of the same tenant that is there.
   *
   * @param plural of the kind that is referred to
   */
  public static FieldType<ResourceId> reference(String plural) {
    return new Reference(plural);
  }

  /** Values that are their own plain form. */
  private interface OneText extends FieldType<String> {
    @Override
    default Shape shape() {
      return Shape.TEXT;
    }

    @Override
    default @Nullable String read(Object plain) {
      return plain instanceof String text ? text : null;
    }

    @Override
    default Object plain(String value) {
      return value;
    }

    @Override
    default String rule() {
      return STRING;
    }
  }

  private record Line(int longest) implements OneText {
    @Override
    public String normal(String value) {
      return composed(value, longest);
    }

    @Override
    public void check(String field, String value, List<Violation> found) {
      if (isBlank(value)) {
        found.add(new Violation(field, EMPTY));
      }
      line(field, value, longest, found);
    }

    @Override
    public Map<String, Object> bounds() {
      return lineBounds(longest);
    }
  }

  private record Text(int largest) implements OneText {
    @Override
    public void check(String field, String value, List<Violation> found) {
      // A character is 1 to 3 bytes of UTF-8, so most texts are judged without being encoded.
      if (value.length() > largest
          || value.length() > largest / 3
              && value.getBytes(StandardCharsets.UTF_8).length > largest) {
        found.add(new Violation(field, "must be at most " + largest + " bytes of UTF-8"));
      }
      storable(field, value, found);
    }

    @Override
    public Map<String, Object> bounds() {
      return Map.of("maxLength", largest, "pattern", "^[^\\u0000]*$");
    }
  }

  private record Word<E extends Enum<E>>(Class<E> words) implements FieldType<E> {
    @Override
    public Shape shape() {
      return Shape.TEXT;
    }

    @Override
    public @Nullable E read(Object plain) {
      for (E word : words.getEnumConstants()) {
        if (word.name().equals(plain)) {
          return word;
        }
      }
      return null;
    }

    @Override
    public Object plain(E value) {
      return value.name();
    }

    @Override
    public String rule() {
      return Arrays.stream(words.getEnumConstants())
          .map(Enum::name)
          .collect(Collectors.joining(", ", "must be one of ", ""));
    }

    @Override
    public void check(String field, E value, List<Violation> found) {}

    @Override
    public Map<String, Object> bounds() {
      return Map.of("enum", Arrays.stream(words.getEnumConstants()).map(Enum::name).toList());
    }
  }

  private record Lines(int most, int longest) implements FieldType<List<String>> {
    @Override
    public Shape shape() {
      return Shape.TEXTS;
    }

    @Override
    public @Nullable List<String> read(Object plain) {
      return plain instanceof List<?> items && items.stream().allMatch(String.class::isInstance)
          ? items.stream().map(String.class::cast).toList()
          : null;
    }

    @Override
    public Object plain(List<String> value) {
      return value;
    }

    @Override
    public List<String> normal(List<String> value) {
      return value.stream().map(item -> composed(item, longest)).toList();
    }

    @Override
    public String rule() {
      return "must be an array of strings";
    }

    @Override
    public void check(String field, List<String> value, List<Violation> found) {
      if (value.size() > most) {
        found.add(new Violation(field, "must have at most " + most + " items"));
        return;
      }
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < value.size(); i++) {
        String item = field + "[" + i + "]";
        if (isBlank(value.get(i))) {
          found.add(new Violation(item, EMPTY));
        } else if (!seen.add(value.get(i))) {
          found.add(new Violation(item, "must not be given twice"));
        }
        line(item, value.get(i), longest, found);
      }
    }

    @Override
    public Map<String, Object> bounds() {
      return Map.of("maxItems", most, "uniqueItems", true, "items", lineBounds(longest));
    }
  }

  private record Whole(long least, long most) implements FieldType<Long> {
    @Override
    public Shape shape() {
      return Shape.NUMBER;
    }

    @Override
    public @Nullable Long read(Object plain) {
      return plain instanceof Long || plain instanceof Integer
          ? ((Number) plain).longValue()
          : null;
    }

    @Override
    public Object plain(Long value) {
      return value;
    }

    @Override
    public String rule() {
      return "must be a whole number from " + least + " to " + most;
    }

    @Override
    public void check(String field, Long value, List<Violation> found) {
      if (value < least || value > most) {
        found.add(new Violation(field, rule()));
      }
    }

    @Override
    public Map<String, Object> bounds() {
      return Map.of("minimum", least, "maximum", most);
    }
  }

  /** Whether there is such a resource only the database can tell, when the reference is stored. */
  private record Reference(String plural) implements FieldType<ResourceId> {
    @Override
    public Shape shape() {
      return Shape.ID;
    }

    @Override
    public @Nullable ResourceId read(Object plain) {
      return plain instanceof String text ? ResourceId.parse(text).orElse(null) : null;
    }

    @Override
    public Object plain(ResourceId value) {
      return value.toString();
    }

    @Override
    public Optional<String> refersTo() {
      return Optional.of(plural);
    }

    @Override
    public String rule() {
      return "must be the id of one of the " + plural;
    }

    @Override
    public void check(String field, ResourceId value, List<Violation> found) {}

    @Override
    public Map<String, Object> bounds() {
      return Map.of();
    }
  }

  /**
   * Normal form C. Of a text that is too long in any form, the text itself: the time to sort its
   * marks would grow with the square of its length, and it is refused as it is.
   */
  private static String composed(String value, int limit) {
    return value.length() > limit * MOST_UNITS_OF_ONE
        ? value
        : Normalizer.normalize(value, Normalizer.Form.NFC);
  }

  private static Map<String, Object> lineBounds(int longest) {
    return Map.of("minLength", 1, "maxLength", longest, "pattern", LINE_PATTERN);
  }

  /** Whether a person sees nothing of it. A space that breaks no line is space all the same. */
  private static boolean isBlank(String value) {
    return value.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  private static void line(String field, String value, int limit, List<Violation> found) {
    if (value.length() > limit && value.codePointCount(0, value.length()) > limit) {
      found.add(new Violation(field, "must be at most " + limit + " characters"));
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      found.add(new Violation(field, "must not contain control characters"));
    } else {
      storable(field, value, found);
    }
  }

  /** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
  private static void storable(String field, String value, List<Violation> found) {
    boolean storable = value.codePoints().noneMatch(c -> c == 0 || c >= 0xd800 && c <= 0xdfff);
    if (!storable) {
      found.add(new Violation(field, "must not contain U+0000 or unpaired surrogates"));
    }
  }
}
