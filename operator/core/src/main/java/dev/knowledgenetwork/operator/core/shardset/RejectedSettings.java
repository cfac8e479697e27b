package dev.knowledgenetwork.operator.core.shardset;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.TextParameters;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Settings that PostgreSQL does not take: those that it said so of when it was asked, and those
 * that stand in its configuration files all the same, which nobody would notice before the next
 * start, and that one fails.
 */
final class RejectedSettings {

  private static final String IN_FILES =
      "The value before it is still in force, but PostgreSQL would not start with this one";
  private static final String IN_SPEC = "take it back, or correct it, in spec.parameters";

  private RejectedSettings() {}

  /** What a shard's primary said of the texts in the spec. */
  static TextParameters judged(Shard shard) {
    return shard
        .observed()
        .facts()
        .of(TextParameters.FACT, shard.target())
        .orElse(TextParameters.NONE);
  }

  /** One problem a setting, whichever shards say so; and what is yet to be judged. */
  static List<Problem> problems(ShardSetSpec spec, List<Shard> shards) {
    Map<String, String> texts = TextParameters.of(spec);
    List<Problem> problems = new ArrayList<>(unjudged(texts, shards));
    Map<String, Said> refused =
        said(
            shards,
            shard -> {
              TextParameters judged = judged(shard);
              return judged.asked().equals(texts) ? judged.refused() : Map.of();
            });
    Map<String, Said> inFiles = said(shards, RejectedSettings::inFiles);
    refused.keySet().removeAll(inFiles.keySet());
    refused.forEach(
        (name, said) ->
            problems.add(said.problem(spec, name, "Nothing was changed: " + IN_SPEC + ".")));
    inFiles.forEach(
        (name, said) ->
            problems.add(
                said.problem(
                    spec,
                    name,
                    spec.parameters().containsKey(name)
                        ? IN_FILES + ": " + IN_SPEC + "."
                        : IN_FILES
                            + ": take back what was set by hand (as superuser: alter system reset "
                            + name
                            + ").")));
    return problems;
  }

  private static List<Problem> unjudged(Map<String, String> texts, List<Shard> shards) {
    String waiting =
        shards.stream()
            .filter(shard -> shard.leader().isPresent() && !has(shard, texts))
            .filter(shard -> !judged(shard).asked().equals(texts))
            .map(Shard::name)
            .collect(joining(", "));
    return waiting.isEmpty()
        ? List.of()
        : List.of(
            new Problem.WaitingFor(
                ShardSetReason.ROLLING,
                "Waits until PostgreSQL of %s tells whether it takes %s."
                    .formatted(waiting, String.join(", ", texts.keySet()))));
  }

  private static boolean has(Shard shard, Map<String, String> texts) {
    return shard
        .patroni()
        .map(
            view -> PatroniDrift.parameters(view.config()).entrySet().containsAll(texts.entrySet()))
        .orElse(true);
  }

  private static Map<String, String> inFiles(Shard shard) {
    return shard
        .observed()
        .facts()
        .of(DatabaseView.FACT, shard.target())
        .map(DatabaseView::rejected)
        .orElse(Map.of());
  }

  /** What shards said of one setting. */
  private record Said(List<String> shards, String words) {

    Problem problem(ShardSetSpec spec, String name, String next) {
      String value = spec.parameters().get(name);
      return new Problem.Stuck(
          ShardSetReason.PARAMETER_NOT_ACCEPTED,
          "Parameter %s%s is not accepted by %s: %s. %s"
              .formatted(
                  name,
                  value == null ? "" : " \"" + value + "\"",
                  String.join(", ", shards),
                  words,
                  next));
    }
  }

  private static Map<String, Said> said(
      List<Shard> shards, Function<Shard, Map<String, String>> refusals) {
    Map<String, Said> said = new TreeMap<>();
    for (Shard shard : shards) {
      refusals
          .apply(shard)
          .forEach(
              (name, words) ->
                  said.computeIfAbsent(name, key -> new Said(new ArrayList<>(), words))
                      .shards()
                      .add(shard.name()));
    }
    return said;
  }
}
