package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.Optional;

/**
 * What one parameter takes as its value: first by the rules of PostgreSQL, then by those of
 * Patroni, which writes the value into PostgreSQL's configuration. Objections are sentences without
 * the name of the field.
 */
sealed interface ValueRule permits BooleanRule, EnumRule, NumberRule, TextRule {

  /** What PostgreSQL would refuse; empty where it takes the value. */
  Optional<String> refusal(String value);

  /**
   * What PostgreSQL takes and Patroni 4.0 would leave out or change without a word, because it
   * reads less than PostgreSQL. To be asked only where there is no refusal.
   */
  Optional<String> loss(String value);

  /** In the words that all refusals share. */
  static Optional<String> invalid(String value, String taken) {
    return Optional.of(
        "\""
            + value
            + "\" is no valid value: PostgreSQL "
            + KnownParameters.MAJOR
            + " takes "
            + taken);
  }

  /** In the words that all losses of a whole value share. */
  static Optional<String> unread(String value, String instead) {
    return Optional.of(
        "PostgreSQL takes \""
            + value
            + "\", but Patroni does not know it and would leave the parameter out: write "
            + instead);
  }
}
