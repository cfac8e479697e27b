package dev.knowledgenetwork.operator.core.shardset.rules;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number at the beginning of a text and what follows it, read as C's {@code strtol} and {@code
 * strtod} do, since PostgreSQL leaves it to them.
 *
 * @param digits the number as written, with its sign
 * @param unit what follows, without spaces around it; empty where nothing does
 */
record NumberText(double value, String digits, String unit) {

  private static final String SPACES = "[ \\t\\n\\u000b\\f\\r]*";
  private static final Pattern WHOLE =
      Pattern.compile(
          SPACES
              + "(?<number>(?<sign>[-+]?)"
              + "(?:0[xX](?<hex>[0-9a-fA-F]+)|(?<octal>0[0-7]*)|(?<decimal>\\d+)))");
  private static final Pattern REAL =
      Pattern.compile(
          SPACES
              + "(?<number>(?<sign>[-+]?)(?:"
              + "0[xX](?<hex>[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)(?<power>[pP][-+]?\\d+)?"
              + "|(?<decimal>\\d+\\.?\\d*|\\.\\d+)(?<exponent>[eE][-+]?\\d+)?"
              + "|(?i:infinity|inf)))");
  private static final Pattern AROUND = Pattern.compile("^" + SPACES + "|" + SPACES + "$");
  private static final String ZERO = "[0.]*";

  /**
   * A number of a parameter that counts: hexadecimal after 0x, octal after 0, else decimal; with a
   * point or an exponent, or beyond 64 bits, it is read as a real number.
   */
  static Optional<NumberText> whole(String text) {
    Matcher number = WHOLE.matcher(text);
    if (!number.lookingAt()) {
      return text.startsWith(".") ? real(text) : Optional.empty();
    }
    BigInteger amount = amount(number);
    String after = text.substring(number.end());
    boolean goesOn = !after.isEmpty() && ".eE".indexOf(after.charAt(0)) >= 0;
    return goesOn || amount.bitLength() >= Long.SIZE
        ? real(text)
        : Optional.of(of(amount.doubleValue(), number, after));
  }

  /** A number of a parameter that measures. None is what no double holds, nor is NaN. */
  static Optional<NumberText> real(String text) {
    Matcher number = REAL.matcher(text);
    if (!number.lookingAt()) {
      return Optional.empty();
    }
    String hex = number.group("hex");
    String decimal = number.group("decimal");
    double value;
    if (hex == null && decimal == null) {
      value = Double.POSITIVE_INFINITY;
    } else {
      value =
          Double.parseDouble(
              hex == null
                  ? decimal + text(number, "exponent", "")
                  : "0x" + hex + text(number, "power", "p0"));
      boolean vanished = value < Double.MIN_NORMAL && !(hex == null ? decimal : hex).matches(ZERO);
      if (Double.isInfinite(value) || vanished) {
        return Optional.empty();
      }
    }
    return Optional.of(
        of(
            number.group("sign").equals("-") ? -value : value,
            number,
            text.substring(number.end())));
  }

  private static BigInteger amount(Matcher number) {
    String hex = number.group("hex");
    String octal = number.group("octal");
    BigInteger amount =
        hex != null
            ? new BigInteger(hex, 16)
            : octal != null
                ? new BigInteger(octal, 8)
                : new BigInteger(number.group("decimal"), 10);
    return number.group("sign").equals("-") ? amount.negate() : amount;
  }

  private static String text(Matcher number, String group, String otherwise) {
    String text = number.group(group);
    return text == null ? otherwise : text.toLowerCase(Locale.ROOT);
  }

  private static NumberText of(double value, Matcher number, String after) {
    return new NumberText(value, number.group("number"), AROUND.matcher(after).replaceAll(""));
  }
}
