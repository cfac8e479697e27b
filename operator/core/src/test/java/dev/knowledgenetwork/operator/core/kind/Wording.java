package dev.knowledgenetwork.operator.core.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.Conditioned;
import dev.knowledgenetwork.crds.common.OperationState;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What every status has to keep to, whoever finds the words: that of each pass is held to it. */
final class Wording {

  private static final Pattern REASON = Pattern.compile("([A-Z][a-z]+)+");

  private static final Map<String, Pattern> REFUSED =
      Map.of(
          "sends away instead of telling",
          Pattern.compile("(?i)\\blook (at|into)\\b|\\bsee (its|their|the) "),
          "tells of a value that is not there",
          Pattern.compile("\\bnull\\b|Optional\\[|@[0-9a-f]{6}"),
          "is put together badly",
          Pattern.compile("\\.\\.|[.;:,] ?[.;:,]|  | [.;:,]( |$)"),
          "leads out of the cluster",
          Pattern.compile("https?://(?!\\S+\\.svc)"));

  /** A command that is the last word has no full stop, so that it can be copied as it is. */
  private static final Pattern END = Pattern.compile("[.…?]$|: kubectl [^:]+$");

  /** What is so where nothing is wrong needs no words. */
  private static final Set<String> UNUSUAL =
      Set.of("Reconciling", "Stalled", "Degraded", "UpdateAvailable", "DependencyMissing");

  private Wording() {}

  static void check(Conditioned status) {
    status.conditions().forEach(Wording::check);
    for (OperationState operation : status.operations()) {
      check(operation.type() + " of " + operation.target(), operation.message());
    }
  }

  private static void check(Condition condition) {
    assertThat(condition.reason()).as("reason of %s", condition).matches(REASON);
    if (condition.message().isEmpty()) {
      assertThat(UNUSUAL.contains(condition.type()) && condition.status() == ConditionStatus.TRUE)
          .as("without a word: %s", condition)
          .isFalse();
    } else {
      check(condition.type(), condition.message());
    }
  }

  private static void check(String of, String message) {
    REFUSED.forEach(
        (fault, pattern) ->
            assertThat(message).as("message of %s %s", of, fault).doesNotContainPattern(pattern));
    assertThat(message).as("message of %s has no end", of).containsPattern(END);
  }
}
