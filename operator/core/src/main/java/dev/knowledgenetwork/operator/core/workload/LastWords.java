package dev.knowledgenetwork.operator.core.workload;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the end of a log says of why its pod does not serve; the newest counts. */
public final class LastWords {

  /** With these PostgreSQL, PgBouncer and initdb end what they were doing. */
  private static final Pattern ENDS =
      Pattern.compile("\\b(?:FATAL|PANIC)(?::| ) *|\\binitdb: error: ");

  /** Said to whoever connects too early, or whom somebody sent away: it passes by itself. */
  private static final Pattern PASSES =
      Pattern.compile("FATAL: +(?:the database system is|terminating) ");

  private static final Pattern OF_PATRONI =
      Pattern.compile("^\\d\\S+ \\d\\S+ (?:ERROR|CRITICAL): ");

  /** A line of JSON, as the application and the operator write them. */
  private static final Pattern JSON =
      Pattern.compile(
          "^\\{.*\"level\":\"(?<level>\\w+)\",.*\"message\":\"(?<message>(?:[^\"\\\\]|\\\\.)*)\".*");

  private static final Set<String> ERRORS = Set.of("ERROR", "FATAL", "SEVERE");

  /** After this, only the line before says what is wrong. */
  private static final String POINTS_BACK = "contains errors";

  /** What differs each time that a process says the same. */
  private static final String TIME_AND_PROCESS =
      "^\\d{4}-\\d\\d-\\d\\d[T ][\\d:.,]+\\S*( [A-Z]{3,4}\\b)?( \\[\\d+])?:? *";

  private static final String ADDRESS = "0x[0-9a-f]{6,}";

  private LastWords() {}

  /**
   * What kept a process from its work: the newest error with which PostgreSQL ended, also where
   * Patroni outlived it; else Patroni's own newest error, or that of the application; empty where
   * there is none.
   *
   * @param log its last lines, the newest at the end
   */
  public static Optional<String> complaint(String log) {
    List<String> lines = log.lines().toList();
    return newest(lines, line -> ENDS.matcher(line).find() && !PASSES.matcher(line).find())
        .map(index -> ended(lines, index))
        .or(
            () ->
                newest(lines, line -> OF_PATRONI.matcher(line).find() || isError(line))
                    .map(index -> words(lines.get(index))));
  }

  /**
   * The last line; empty where there is none, and where it is one of JSON, which has a level of its
   * own: what is no error there is no reason either.
   */
  public static Optional<String> last(String log) {
    List<String> lines = log.lines().toList();
    return newest(lines, line -> !line.isBlank())
        .map(lines::get)
        .filter(line -> !JSON.matcher(line).matches())
        .map(LastWords::words);
  }

  private static boolean isError(String line) {
    Matcher json = JSON.matcher(line);
    return json.matches() && ERRORS.contains(json.group("level"));
  }

  private static Optional<Integer> newest(List<String> lines, Predicate<String> wanted) {
    for (int index = lines.size() - 1; index >= 0; index--) {
      if (wanted.test(lines.get(index))) {
        return Optional.of(index);
      }
    }
    return Optional.empty();
  }

  /** From the severity on: who was connected to what stands before it. */
  private static String ended(List<String> lines, int index) {
    String line = lines.get(index);
    if (line.contains(POINTS_BACK) && index > 0) {
      return words(lines.get(index - 1));
    }
    Matcher severity = ENDS.matcher(line);
    return words(severity.find() ? line.substring(severity.start()) : line);
  }

  private static String words(String line) {
    Matcher json = JSON.matcher(line);
    if (json.matches()) {
      return Line.of(json.group("message").replace("\\\"", "\"").replace("\\n", " "));
    }
    return Line.of(line.replaceFirst(TIME_AND_PROCESS, "").replaceAll(ADDRESS, "0x..."));
  }
}
