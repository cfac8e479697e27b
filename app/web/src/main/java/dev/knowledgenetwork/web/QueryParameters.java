package dev.knowledgenetwork.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A query string. Strict: what is unknown or repeated is refused, so that no typo goes unnoticed.
 */
public final class QueryParameters {

  private final Map<String, List<String>> given;

  private QueryParameters(Map<String, List<String>> given) {
    this.given = given;
  }

  /**
   * The parameters of a request.
   *
   * @param known the names that mean something
   * @throws ProblemException 400 for what is unknown or given more than once
   */
  public static QueryParameters of(Map<String, List<String>> given, Set<String> known) {
    given.forEach(
        (name, values) -> {
          if (!known.contains(name)) {
            throw refused("'" + name + "' is not a known parameter");
          }
          if (values.size() > 1) {
            throw refused("'" + name + "' must be given once");
          }
        });
    return new QueryParameters(given);
  }

  /** The value of a parameter, if it was given. */
  public Optional<String> value(String name) {
    return Optional.ofNullable(given.get(name)).map(List::getFirst);
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(ProblemType.INVALID_PARAMETER, detail);
  }
}
