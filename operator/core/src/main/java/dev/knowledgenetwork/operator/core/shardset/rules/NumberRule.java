package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * A number within bounds, with or without a unit.
 *
 * @param whole whether it counts; a fraction is then rounded after the conversion of its unit
 * @param unit of a bare number and of the bounds
 * @param extra what PostgreSQL checks beyond the bounds
 * @param patroniRaises below it, in {@code unit}, Patroni raises what PostgreSQL would take
 */
record NumberRule(
    boolean whole, Unit unit, double least, double most, ExtraCheck extra, double patroniRaises)
    implements ValueRule {

  /** What of PostgreSQL's integers Patroni reads: no X, no fraction in hexadecimal. */
  private static final Pattern WHOLE_OF_PATRONI =
      Pattern.compile("[-+]?0x[0-9a-fA-F]+|([-+]?\\d|\\.)(\\d*\\.)?\\d*(?<!\\.)([eE][-+]?\\d+)?");

  /** What of PostgreSQL's real numbers Patroni reads: decimal, not ending in a point. */
  private static final Pattern REAL_OF_PATRONI =
      Pattern.compile("[-+]?\\d*\\.?\\d+([eE][-+]?\\d+)?");

  @Override
  public Optional<String> refusal(String value) {
    Optional<NumberText> number = read(value);
    OptionalDouble amount = number.map(this::amount).orElse(OptionalDouble.empty());
    if (amount.isEmpty()) {
      return ValueRule.invalid(value, taken());
    }
    double found = amount.getAsDouble();
    if (found < least || found > most) {
      return Optional.of(
          "\"%s\" is outside the valid range: PostgreSQL %d takes %s"
              .formatted(value, KnownParameters.MAJOR, taken()));
    }
    return extra.holds().test(found)
        ? Optional.empty()
        : ValueRule.invalid(value, extra.words() + " only");
  }

  @Override
  public Optional<String> loss(String value) {
    NumberText number = read(value).orElseThrow();
    if (!(whole ? WHOLE_OF_PATRONI : REAL_OF_PATRONI).matcher(number.digits()).matches()) {
      return ValueRule.unread(value, "a decimal number");
    }
    return amount(number).orElseThrow() < patroniRaises
        ? Optional.of(
            "PostgreSQL takes \"%s\", but Patroni would raise it to %s: write at least that"
                .formatted(value, bound(patroniRaises)))
        : Optional.empty();
  }

  /** How many bytes a value means; empty where it is not taken or means none. */
  OptionalDouble bytes(String value) {
    return unit.isMemory() ? amount(value) : OptionalDouble.empty();
  }

  /** The number that a value means, in the smallest unit of its family; empty where none. */
  OptionalDouble amount(String value) {
    return read(value)
        .map(this::amount)
        .filter(OptionalDouble::isPresent)
        .map(amount -> OptionalDouble.of(amount.getAsDouble() * unit.size()))
        .orElse(OptionalDouble.empty());
  }

  private Optional<NumberText> read(String value) {
    return whole ? NumberText.whole(value) : NumberText.real(value);
  }

  private OptionalDouble amount(NumberText number) {
    OptionalDouble amount =
        number.unit().isEmpty()
            ? OptionalDouble.of(number.value())
            : unit.convert(number.value(), number.unit());
    return whole && amount.isPresent()
        ? OptionalDouble.of(Math.rint(amount.getAsDouble()))
        : amount;
  }

  private String taken() {
    String kind = unit.equals(Unit.NONE) ? whole ? "a whole number, " : "a number, " : "";
    String range =
        most == Double.MAX_VALUE ? bound(least) + " or more" : bound(least) + " to " + bound(most);
    return kind + range + (unit.equals(Unit.NONE) ? "" : "; units are " + unit.names());
  }

  /** A special value, such as -1 for what another parameter says, has no unit. */
  private String bound(double amount) {
    String number = plain(amount * unit.count());
    return amount <= 0 ? plain(amount) : number + unit.name();
  }

  private static String plain(double amount) {
    return amount == Math.rint(amount) && Math.abs(amount) < 1e15
        ? Long.toString((long) amount)
        : Double.toString(amount);
  }
}
