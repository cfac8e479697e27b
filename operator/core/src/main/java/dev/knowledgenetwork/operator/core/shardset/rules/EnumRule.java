package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.List;
import java.util.Optional;

/**
 * One of some words, without regard to the case of ASCII letters.
 *
 * @param told those that PostgreSQL lists
 * @param hidden those that it takes besides: other spellings of on and off, names of old versions
 */
record EnumRule(List<String> told, List<String> hidden) implements ValueRule {

  @Override
  public Optional<String> refusal(String value) {
    return isOf(told, value) || isOf(hidden, value)
        ? Optional.empty()
        : ValueRule.invalid(value, String.join(", ", told));
  }

  /** Of the hidden words Patroni knows the spellings of on and off. */
  @Override
  public Optional<String> loss(String value) {
    return isOf(told, value) || BooleanRule.WHOLE.matcher(value).matches()
        ? Optional.empty()
        : ValueRule.unread(value, "one of " + String.join(", ", told));
  }

  /** No letter beyond ASCII has a case for PostgreSQL, but some have for Java: the Kelvin sign. */
  private static boolean isOf(List<String> words, String value) {
    return value.chars().allMatch(c -> c < 128) && words.stream().anyMatch(value::equalsIgnoreCase);
  }
}
