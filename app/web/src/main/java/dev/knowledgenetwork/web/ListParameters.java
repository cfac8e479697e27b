package dev.knowledgenetwork.web;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The query string of a list. Strict: what is unknown, repeated or not valid is refused. */
public final class ListParameters {

  /** Name of the parameter that bounds a page. */
  public static final String LIMIT = "limit";

  /** Name of the parameter that continues a list. */
  public static final String CURSOR = "cursor";

  private final Map<String, List<String>> parameters;

  /**
   * Checks the names.
   *
   * @param parameters of the request
   * @param filters names that the list knows besides {@value #LIMIT} and {@value #CURSOR}
   * @throws ProblemException 400 for parameters that are unknown or repeated
   */
  public ListParameters(Map<String, List<String>> parameters, Set<String> filters) {
    this.parameters = parameters;
    Set<String> known = new HashSet<>(filters);
    known.add(LIMIT);
    known.add(CURSOR);
    parameters.forEach(
        (name, values) -> {
          if (!known.contains(name)) {
            throw refused("'" + name + "' is not a known parameter");
          }
          if (values.size() > 1) {
            throw refused("'" + name + "' must be given once");
          }
        });
  }

  /** A text; empty where it is not given. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name)).map(List::getFirst);
  }

  /**
   * One of a few words; empty where it is not given.
   *
   * @throws ProblemException 400 for another word
   */
  public <E extends Enum<E>> Optional<E> word(String name, Class<E> words) {
    return text(name)
        .map(
            text ->
                Arrays.stream(words.getEnumConstants())
                    .filter(word -> word.name().equals(text))
                    .findAny()
                    .orElseThrow(() -> refused("'" + name + "' " + oneOf(words))));
  }

  /** The rule for a word, for a person. */
  static <E extends Enum<E>> String oneOf(Class<E> words) {
    return Arrays.stream(words.getEnumConstants())
        .map(Enum::name)
        .collect(Collectors.joining(", ", "must be one of ", ""));
  }

  /**
   * Most items of the page; more than the most means the most.
   *
   * @throws ProblemException 400 for what is no positive number
   */
  public int limit(int otherwise, int most) {
    return text(LIMIT).map(text -> limit(text, most)).orElse(otherwise);
  }

  private static int limit(String text, int most) {
    if (!text.matches("0*[1-9][0-9]{0,8}")) {
      throw refused("'" + LIMIT + "' must be a whole number from 1 to " + most);
    }
    return Math.min(most, Integer.parseInt(text));
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(ProblemType.INVALID_PARAMETER, detail);
  }
}
