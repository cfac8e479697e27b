package dev.knowledgenetwork.operator.core.workload;

import static java.util.stream.Collectors.joining;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What keeps one pod, or what makes pods, from serving.
 *
 * @param kind of it
 * @param name of it
 * @param what happens to it, as a predicate; empty where the words say that
 * @param words of whoever is in the way; empty where nobody says a word
 * @param next what a person can do, as a sentence without its full stop; empty where that is plain
 */
public record Obstacle(String kind, String name, String what, String words, String next) {

  private record Matter(String kind, String what, String words) {}

  /** For a person, without the last full stop. */
  public String text() {
    return text(List.of(this));
  }

  /** Each matter once, however many it keeps from serving, in the order of kinds and names. */
  public static List<String> told(Stream<Obstacle> obstacles) {
    Map<Matter, List<Obstacle>> matters = new LinkedHashMap<>();
    obstacles
        .sorted(Comparator.comparing(Obstacle::kind).thenComparing(Obstacle::name))
        .forEach(
            each ->
                matters.merge(
                    new Matter(each.kind, each.what, each.words), List.of(each), Obstacle::both));
    return matters.values().stream().map(Obstacle::text).toList();
  }

  private static List<Obstacle> both(List<Obstacle> first, List<Obstacle> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static String text(List<Obstacle> same) {
    Obstacle first = same.getFirst();
    String others = same.stream().skip(1).map(Obstacle::name).collect(joining(", "));
    Set<String> next = new TreeSet<>();
    same.stream().map(Obstacle::next).filter(each -> !each.isEmpty()).forEach(next::add);
    return first.kind
        + " "
        + first.name
        + (first.what.isEmpty() ? "" : " " + first.what)
        + (others.isEmpty() ? "" : " (likewise " + others + ")")
        + (first.words.isEmpty() ? "" : ": " + first.words)
        + next.stream().map(each -> ". " + each).collect(joining());
  }
}
