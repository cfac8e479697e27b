package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.shardset.identity.Logins;
import dev.knowledgenetwork.operator.core.shardset.identity.LoginsView;
import dev.knowledgenetwork.operator.runtime.connect.Databases;
import dev.knowledgenetwork.operator.runtime.connect.Refusal;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.secrets.ScramVerifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks a shard's primary whether it knows the passwords that the Secrets have: one connection and
 * one query, at once where a password has changed. A comparison costs 2 ms, and is made once for
 * each password and verifier. Whether it lets in who has them is {@link DatabaseObserver}'s.
 */
public final class LoginObserver implements Observer<ShardSet, Logins, LoginsView> {

  /** Nobody else has any business with these passwords: a change in a database is rare. */
  private static final Duration PACE = Duration.ofMinutes(1);

  private static final String QUERY =
      """
      select rolname, coalesce(rolpassword, '') as verifier from pg_authid
        where rolname in ('kn_migrate', 'kn_app', 'replicator', 'rewind')
      """;

  private final Databases databases;

  /** What was found to match: verifiers by role, with the password that they are of. */
  private final Map<Target, Map<String, Match>> matches = new ConcurrentHashMap<>();

  /** Asks through these connections. */
  public LoginObserver(Databases databases) {
    this.databases = databases;
  }

  private record Match(String verifier, String password) {

    @Override
    public String toString() {
      return "Match";
    }
  }

  @Override
  public Fact<LoginsView> fact() {
    return LoginsView.FACT;
  }

  @Override
  public Optional<Duration> pace() {
    return Optional.of(PACE);
  }

  @Override
  public Map<Target, Logins> targets(ShardSet shardSet, Children children) {
    Logins logins = Logins.of(shardSet.getMetadata().getName(), children);
    Map<Target, Logins> targets = new HashMap<>();
    ShardTargets.of(shardSet, children).keySet().forEach(shard -> targets.put(shard, logins));
    return targets;
  }

  @Override
  public LoginsView ask(Target shard, Logins logins) throws SQLException {
    Map<String, String> verifiers;
    try {
      verifiers = verifiers(shard);
    } catch (SQLException e) {
      Refusal refusal = Refusal.of(e);
      if (refusal.ofPassword()) {
        return new LoginsView(logins, Set.of(), Optional.of(refusal.text()));
      }
      throw e;
    }
    Set<String> differing =
        Stream.concat(
                Logins.OWN.stream(), Logins.OF_PATRONI.stream().filter(verifiers::containsKey))
            .filter(
                role ->
                    logins
                        .of(role)
                        .filter(
                            password ->
                                !matches(shard, role, verifiers.getOrDefault(role, ""), password))
                        .isPresent())
            .collect(Collectors.toSet());
    return new LoginsView(logins, differing, Optional.empty());
  }

  private Map<String, String> verifiers(Target shard) throws SQLException {
    Map<String, String> verifiers = new HashMap<>();
    try (Connection connection = databases.open(shard, "postgres", Duration.ofSeconds(5));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(QUERY)) {
      while (rows.next()) {
        verifiers.put(rows.getString("rolname"), rows.getString("verifier"));
      }
    }
    return verifiers;
  }

  private boolean matches(Target shard, String role, String verifier, String password) {
    Match match = new Match(verifier, password);
    Map<String, Match> known = matches.computeIfAbsent(shard, key -> new ConcurrentHashMap<>());
    if (match.equals(known.get(role))) {
      return true;
    }
    boolean matching = ScramVerifier.matches(verifier, password);
    if (matching) {
      known.put(role, match);
    }
    return matching;
  }

  @Override
  public void forget(Owner owner) {
    matches.keySet().removeIf(owner::has);
  }
}
