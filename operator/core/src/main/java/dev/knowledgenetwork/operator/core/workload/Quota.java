package dev.knowledgenetwork.operator.core.workload;

import static java.util.stream.Collectors.joining;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A ResourceQuota that leaves no room, as the API server tells of it: what was asked for, what is
 * used, and what is allowed, of each resource that does not suffice.
 */
public final class Quota {

  private static final Pattern EXCEEDED =
      Pattern.compile(
          "exceeded quota: (?<name>[-.\\w]+), requested: (?<requested>\\S+),"
              + " used: (?<used>\\S+), limited: (?<limited>[^\\s,;]+(?:,[^\\s,;]+)*)");

  private Quota() {}

  /**
   * By how much it is too low and the command that raises it, as a sentence without its full stop;
   * empty where the words are about something else.
   *
   * @param words of the API server, not cut
   * @param objects how many of what was refused are missing
   */
  public static Optional<String> next(String namespace, @Nullable String words, int objects) {
    Matcher found = EXCEEDED.matcher(words == null ? "" : words);
    if (!found.find()) {
      return Optional.empty();
    }
    Map<String, Quantity> requested = amounts(found.group("requested"));
    Map<String, Quantity> used = amounts(found.group("used"));
    Map<String, String> hard = new LinkedHashMap<>();
    Map<String, String> more = new LinkedHashMap<>();
    amounts(found.group("limited").replaceFirst("\\.$", ""))
        .forEach(
            (resource, limit) -> {
              if (requested.containsKey(resource) && used.containsKey(resource)) {
                BigDecimal needed =
                    number(used.get(resource))
                        .add(number(requested.get(resource)).multiply(BigDecimal.valueOf(objects)));
                hard.put(resource, text(needed, requested.get(resource)));
                more.put(resource, text(needed.subtract(number(limit)), requested.get(resource)));
              }
            });
    return hard.isEmpty()
        ? Optional.empty()
        : Optional.of(sentence(namespace, found.group("name"), hard, more));
  }

  private static String sentence(
      String namespace, String name, Map<String, String> hard, Map<String, String> more) {
    return ("Quota %2$s has to allow %3$s; ask for less, or raise it: kubectl -n %1$s patch"
            + " resourcequota %2$s --type merge -p '{\"spec\":{\"hard\":{%4$s}}}'")
        .formatted(
            namespace,
            name,
            hard.entrySet().stream()
                .map(
                    each ->
                        "%s=%s (%s more)"
                            .formatted(each.getKey(), each.getValue(), more.get(each.getKey())))
                .collect(joining(", ")),
            hard.entrySet().stream()
                .map(each -> "\"%s\":\"%s\"".formatted(each.getKey(), each.getValue()))
                .collect(joining(",")));
  }

  private static Map<String, Quantity> amounts(String list) {
    Map<String, Quantity> amounts = new LinkedHashMap<>();
    for (String pair : list.split(",")) {
      int sign = pair.indexOf('=');
      if (sign > 0) {
        amounts.put(pair.substring(0, sign), Quantity.parse(pair.substring(sign + 1)));
      }
    }
    return amounts;
  }

  private static BigDecimal number(Quantity quantity) {
    return quantity.getNumericalAmount();
  }

  /** In the unit of what was asked for where it is whole in that. */
  private static String text(BigDecimal amount, Quantity like) {
    BigDecimal unit = number(new Quantity("1", like.getFormat()));
    BigDecimal inUnit = amount.divide(unit, MathContext.DECIMAL64).stripTrailingZeros();
    return inUnit.scale() <= 0
        ? inUnit.toPlainString() + like.getFormat()
        : amount.stripTrailingZeros().toPlainString();
  }
}
