package dev.knowledgenetwork.operator.core.shardset;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.operation.Shard;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniDrift;
import dev.knowledgenetwork.operator.core.shardset.patroni.TextParameters;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.operator.core.shardset.topology.RejectedSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Settings that PostgreSQL does not take: those that it said so of when it was asked, and those
 * that stand in its configuration files all the same, which nobody would notice before the next
 * start, and that one may fail.
 */
final class RejectedSettings {

  private static final String KEPT =
      "The value before it is still in force, and PostgreSQL may not start again with this one";
  private static final String IN_FORCE = "It is in force all the same, but sessions cannot use it";

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
  static List<Problem> problems(ShardSet set, List<Shard> shards) {
    Map<String, String> texts = TextParameters.of(set.getSpec());
    List<Problem> problems = new ArrayList<>(unjudged(texts, shards));
    Map<String, Said> refused =
        said(
            shards,
            shard -> {
              TextParameters judged = judged(shard);
              return judged.asked().equals(texts) ? judged.refused() : Map.of();
            },
            words -> new Said(new ArrayList<>(), words, "Nothing was changed"));
    Map<String, Said> inFiles =
        said(
            shards,
            RejectedSettings::inFiles,
            setting ->
                new Said(new ArrayList<>(), setting.words(), setting.inForce() ? IN_FORCE : KEPT));
    refused.keySet().removeAll(inFiles.keySet());
    Stream.of(refused, inFiles)
        .forEach(each -> each.forEach((name, said) -> problems.add(said.problem(set, name))));
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

  private static Map<String, RejectedSetting> inFiles(Shard shard) {
    return shard
        .observed()
        .facts()
        .of(DatabaseView.FACT, shard.target())
        .map(DatabaseView::rejected)
        .orElse(Map.of());
  }

  /**
   * What shards said of one setting.
   *
   * @param outcome what holds now
   */
  private record Said(List<String> shards, String words, String outcome) {

    Problem problem(ShardSet set, String name) {
      String value = set.getSpec().parameters().get(name);
      return new Problem.Stuck(
          ShardSetReason.PARAMETER_NOT_ACCEPTED,
          "Parameter %s%s is not accepted by %s: %s. %s: %s."
              .formatted(
                  name,
                  value == null ? "" : " \"" + value + "\"",
                  String.join(", ", shards),
                  words,
                  outcome,
                  value == null ? byHand(name) : inSpec(set, name)));
    }
  }

  private static String inSpec(ShardSet set, String name) {
    return ("correct it in spec.parameters, or take it back: kubectl -n %s patch shs %s --type json"
            + " -p '[{\"op\":\"remove\",\"path\":\"/spec/parameters/%s\"}]'")
        .formatted(set.getMetadata().getNamespace(), set.getMetadata().getName(), name);
  }

  /** What is no setting at all, as a line of nonsense, has no name either, but its place. */
  private static String byHand(String name) {
    return name.contains(" ")
        ? "remove that line, which was written by hand"
        : "take back what was set by hand (as superuser: alter system reset " + name + ")";
  }

  private static <T> Map<String, Said> said(
      List<Shard> shards, Function<Shard, Map<String, T>> refusals, Function<T, Said> first) {
    Map<String, Said> said = new TreeMap<>();
    for (Shard shard : shards) {
      refusals
          .apply(shard)
          .forEach(
              (name, refusal) ->
                  said.computeIfAbsent(name, key -> first.apply(refusal))
                      .shards()
                      .add(shard.name()));
    }
    return said;
  }
}
