package dev.knowledgenetwork.operator.core.shardset.identity;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.blueprint.ShardSetReason;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether a shard's primary knows the passwords that the Secrets have.
 *
 * @param asked which were compared
 * @param differing roles with another password there, or without one
 * @param refusal PostgreSQL's words, where it does not let the operator in with its own
 */
public record LoginsView(Logins asked, Set<String> differing, Optional<String> refusal) {

  /** Asked of the primary of every shard. */
  public static final Fact<LoginsView> FACT = new Fact<>("logins", LoginsView.class);

  /** Copies the set. */
  public LoginsView {
    differing = Set.copyOf(differing);
  }

  /**
   * Whether every shard is known to take all passwords as they are now. Only then may whoever logs
   * in get them.
   */
  public static boolean areTaken(ShardSet set, Observed observed) {
    String name = set.getMetadata().getName();
    Logins now = Logins.of(name, observed.children());
    return now.isComplete(name)
        && Blueprint.shards(set).stream()
            .allMatch(
                shard ->
                    observed
                        .facts()
                        .of(FACT, Blueprint.target(set, shard))
                        .filter(view -> view.asked.equals(now))
                        .filter(view -> view.differing.isEmpty() && view.refusal.isEmpty())
                        .isPresent());
  }

  /** Whether the password of a role is to be set there; not where one could not be used. */
  public boolean isOutdated() {
    return differing.stream().anyMatch(role -> asked.of(role).filter(Logins::isUsable).isPresent());
  }

  /** Whether the operator itself has no password for a shard's primary, or the wrong one. */
  public static boolean isLockedOut(ShardSet set, String shard, Observed observed) {
    String name = set.getMetadata().getName();
    return Logins.of(name, observed.children()).of(Logins.SUPERUSER).isEmpty()
        || observed
            .facts()
            .of(FACT, Blueprint.target(set, shard))
            .flatMap(LoginsView::refusal)
            .isPresent();
  }

  /** What a person has to see to. */
  public static List<Problem> problems(ShardSet set, Observed observed) {
    String name = set.getMetadata().getName();
    List<Problem> problems = new ArrayList<>();
    String unusable =
        new TreeMap<>(Logins.of(name, observed.children()).passwords())
            .entrySet().stream()
                .filter(login -> !Logins.isUsable(login.getValue()))
                .map(login -> Logins.places(name).get(login.getKey()).toString())
                .collect(joining(", "));
    if (!unusable.isEmpty()) {
      problems.add(
          new Problem.Stuck(
              ShardSetReason.PASSWORD_UNUSABLE,
              "A password may have printable ASCII characters only, so nobody is given the one in %s: set another one there."
                  .formatted(unusable)));
    }
    refusals(set, observed)
        .forEach(
            (words, shards) ->
                problems.add(
                    new Problem.Stuck(ShardSetReason.LOGIN_REFUSED, refused(set, words, shards))));
    return problems;
  }

  /** Shards by the words in which they refuse. */
  private static Map<String, List<String>> refusals(ShardSet set, Observed observed) {
    Map<String, List<String>> refusals = new TreeMap<>();
    for (String shard : Blueprint.shards(set)) {
      observed
          .facts()
          .of(FACT, Blueprint.target(set, shard))
          .flatMap(LoginsView::refusal)
          .ifPresent(words -> refusals.computeIfAbsent(words, key -> new ArrayList<>()).add(shard));
    }
    return refusals;
  }

  private static String refused(ShardSet set, String words, List<String> shards) {
    return ("PostgreSQL of %1$s refuses the operator's password, key password of Secret %3$s: %2$s."
            + " Nobody else could change it there, so put the one before back; Patroni was given: "
            + "kubectl -n %4$s get secret %3$s -o go-template='{{index .data \"%5$s\" |"
            + " base64decode}}'")
        .formatted(
            String.join(", ", shards),
            words,
            Names.superuser(set.getMetadata().getName()),
            set.getMetadata().getNamespace(),
            PatroniConfiguration.CREDENTIALS_FILE);
  }
}
