package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The least number of bytes that can be meant. Most who write less forgot a unit. */
public record Least(Quantity amount) {

  /** What to write instead; empty where that much is asked for. */
  public Optional<String> objection(Quantity asked) {
    return Amounts.compare(asked, amount) >= 0
        ? Optional.empty()
        : Optional.of("use at least " + amount + meant(asked).orElse(""));
  }

  private Optional<String> meant(Quantity asked) {
    String unit = Objects.toString(asked.getFormat(), "");
    if (!unit.isEmpty() && !unit.equals("m")) {
      return Optional.empty();
    }
    return Stream.of("Mi", "Gi")
        .map(larger -> new Quantity(asked.getAmount(), larger))
        .filter(larger -> Amounts.compare(larger, amount) >= 0)
        .findFirst()
        .map(
            larger ->
                "; %s are %s: did you mean %s?"
                    .formatted(asked, unit.isEmpty() ? "bytes" : "thousandths of a byte", larger));
  }
}
