package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.List;
import java.util.Map;

/**
 * One parameter as PostgreSQL describes it.
 *
 * @param context when it may be set: the column of that name in pg_settings
 */
record KnownParameter(String context, ValueRule rule) {

  private static final String PRESET = "internal";
  private static final String RESTART = "postmaster";

  /** Bounds of Patroni 4.0 that are narrower than those of PostgreSQL 17, in its unit. */
  private static final Map<String, Double> PATRONI_RAISES = Map.of("maintenance_work_mem", 1024.0);

  /**
   * A line of the list: name, context, type, unit, least, most, words, hidden words, separated by
   * bars, words by commas.
   */
  static KnownParameter of(List<String> columns) {
    String name = columns.get(0);
    ValueRule rule =
        switch (columns.get(2)) {
          case "bool" -> new BooleanRule();
          case "enum" -> new EnumRule(words(columns.get(6)), words(columns.get(7)));
          case "integer", "real" ->
              new NumberRule(
                  columns.get(2).equals("integer"),
                  Unit.of(columns.get(3)),
                  Double.parseDouble(columns.get(4)),
                  most(columns.get(5)),
                  ExtraCheck.of(name),
                  PATRONI_RAISES.getOrDefault(name, Double.NEGATIVE_INFINITY));
          case "string" -> new TextRule();
          default -> throw new IllegalArgumentException("unknown type: " + columns);
        };
    return new KnownParameter(columns.get(1), rule);
  }

  /** Whether it only tells how PostgreSQL was built or started. */
  boolean isPreset() {
    return context.equals(PRESET);
  }

  /** Whether only a restart brings it into force. */
  boolean needsRestart() {
    return context.equals(RESTART);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }

  /** pg_settings writes six digits of the largest double: more than it, once read. */
  private static double most(String text) {
    return text.equals("1.79769e+308") ? Double.MAX_VALUE : Double.parseDouble(text);
  }
}
