package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A switch. PostgreSQL takes every beginning of a word that means one thing only ({@code t}, {@code
 * of}, but not {@code o}), Patroni whole words; both without regard to case, neither with spaces.
 */
record BooleanRule() implements ValueRule {

  static final Pattern WHOLE =
      Pattern.compile("on|off|true|false|yes|no|1|0", Pattern.CASE_INSENSITIVE);
  private static final Pattern BEGINNINGS =
      Pattern.compile(
          "on|off?|t(r(ue?)?)?|f(a(l(se?)?)?)?|y(es?)?|no?|1|0", Pattern.CASE_INSENSITIVE);

  @Override
  public Optional<String> refusal(String value) {
    return BEGINNINGS.matcher(value).matches()
        ? Optional.empty()
        : ValueRule.invalid(value, "on, off, true, false, yes, no, 1, 0");
  }

  @Override
  public Optional<String> loss(String value) {
    return WHOLE.matcher(value).matches()
        ? Optional.empty()
        : ValueRule.unread(value, isOn(value) ? "on" : "off");
  }

  private static boolean isOn(String value) {
    String small = value.toLowerCase(Locale.ROOT);
    return "true".startsWith(small) || "yes".startsWith(small);
  }
}
