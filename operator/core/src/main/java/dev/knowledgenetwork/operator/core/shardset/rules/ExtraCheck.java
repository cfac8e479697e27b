package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.Map;
import java.util.function.DoublePredicate;

/**
 * What PostgreSQL checks of a number beyond its bounds, in code that pg_settings does not show.
 *
 * @param holds of the number in the unit of its parameter
 * @param words what it takes, for people
 */
record ExtraCheck(DoublePredicate holds, String words) {

  private static final ExtraCheck NONE = new ExtraCheck(amount -> true, "");
  private static final ExtraCheck BANKS =
      new ExtraCheck(amount -> amount % 16 == 0, "multiples of 16");
  private static final ExtraCheck RING =
      new ExtraCheck(amount -> amount == 0 || amount >= 128, "0 or 128kB to 16777216kB");

  private static final Map<String, ExtraCheck> OTHERS = Map.of("vacuum_buffer_usage_limit", RING);

  static ExtraCheck of(String parameter) {
    return KnownParameters.IN_BANKS.contains(parameter)
        ? BANKS
        : OTHERS.getOrDefault(parameter, NONE);
  }
}
