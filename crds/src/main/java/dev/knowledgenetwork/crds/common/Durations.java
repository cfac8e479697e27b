package dev.knowledgenetwork.crds.common;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as the specs write them: a whole number from 1 to 999,999 and one unit of {@code ms},
 * {@code s}, {@code m}, {@code h}, {@code d}.
 */
public final class Durations {

  /** What a duration looks like. */
  public static final String PATTERN = "^[1-9][0-9]{0,5}(ms|s|m|h|d)$";

  private static final Pattern PARTS = Pattern.compile("([1-9][0-9]{0,5})(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException where the text does not match {@link #PATTERN}
   */
  public static Duration parse(String text) {
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a duration like 300s, 5m or 1h: " + text);
    }
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** Whether the text is a duration. */
  public static boolean valid(String text) {
    return PARTS.matcher(text).matches();
  }
}
