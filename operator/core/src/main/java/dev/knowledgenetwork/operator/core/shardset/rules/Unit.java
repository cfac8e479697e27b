package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The unit that a bare number of a parameter has, and those that may be written instead.
 *
 * @param size how many of the smallest unit of its family it is: bytes or microseconds
 * @param count how many of {@code name} one is: 8 where a number counts blocks of 8 kB
 * @param family the family, the largest first
 */
record Unit(String name, double size, int count, List<Unit.Step> family) {

  /** No unit at all. */
  static final Unit NONE = new Unit("", 1, 1, List.of());

  /** One of a family of units and its size. */
  record Step(String name, double size) {}

  private static final double KIBI = 1024;
  private static final double SECOND = 1_000_000;
  private static final List<Step> MEMORY =
      List.of(
          new Step("TB", KIBI * KIBI * KIBI * KIBI),
          new Step("GB", KIBI * KIBI * KIBI),
          new Step("MB", KIBI * KIBI),
          new Step("kB", KIBI),
          new Step("B", 1));
  private static final List<Step> TIME =
      List.of(
          new Step("d", 86_400 * SECOND),
          new Step("h", 3600 * SECOND),
          new Step("min", 60 * SECOND),
          new Step("s", SECOND),
          new Step("ms", 1000),
          new Step("us", 1));
  private static final Map<String, List<Step>> FAMILIES =
      Map.of(
          "B", MEMORY, "kB", MEMORY, "8kB", MEMORY, "MB", MEMORY, "ms", TIME, "s", TIME, "min",
          TIME);

  /** As the column {@code unit} of pg_settings has it; empty text: none. */
  static Unit of(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    List<Step> family = FAMILIES.get(text);
    if (family == null) {
      throw new IllegalArgumentException("unknown unit: " + text);
    }
    int count = text.equals("8kB") ? 8 : 1;
    String name = count == 1 ? text : "kB";
    double size =
        family.stream().filter(step -> step.name().equals(name)).findFirst().orElseThrow().size();
    return new Unit(name, size * count, count, family);
  }

  /**
   * An amount of another unit in this one, rounded to a whole number of the next smaller unit, as
   * PostgreSQL does. Empty: not of the family, which is case-sensitive.
   */
  OptionalDouble convert(double amount, String unit) {
    for (int i = 0; i < family.size(); i++) {
      if (family.get(i).name().equals(unit)) {
        double converted = amount * (family.get(i).size() / size);
        if (i + 1 < family.size()) {
          double smaller = family.get(i + 1).size() / size;
          converted = Math.rint(converted / smaller) * smaller;
        }
        return OptionalDouble.of(converted);
      }
    }
    return OptionalDouble.empty();
  }

  /** Whether it measures memory. */
  boolean isMemory() {
    return family.equals(MEMORY);
  }

  /** All that may be written, smallest first. */
  String names() {
    return family.reversed().stream().map(Step::name).collect(Collectors.joining(", "));
  }
}
