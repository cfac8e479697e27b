package dev.knowledgenetwork.operator.core.shardset.identity;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The passwords that the databases of a ShardSet are to know, as its Secrets have them now. Its
 * text form has no password in it.
 *
 * @param passwords by role; of Secrets and keys that exist
 */
public record Logins(Map<String, String> passwords) {

  /** The operator's own role, which it cannot let itself in with where its password is unknown. */
  public static final String SUPERUSER = "postgres";

  /** Roles of logins that the operator makes in every database. */
  public static final List<String> OWN = List.of("kn_migrate", "kn_app");

  /** Roles that Patroni makes when a shard begins, and whose passwords it never changes. */
  public static final List<String> OF_PATRONI = List.of("replicator", "rewind");

  /** Copies the passwords. */
  public Logins {
    passwords = Map.copyOf(passwords);
  }

  /**
   * Where the password of a role stands.
   *
   * @param secret whose key it is
   */
  public record Place(String secret, String key) {

    @Override
    public String toString() {
      return "key " + key + " of Secret " + secret;
    }
  }

  /** Where the password of each role stands. */
  public static Map<String, Place> places(String shardSet) {
    String superuser = Names.superuser(shardSet);
    return Map.of(
        SUPERUSER,
        new Place(superuser, "password"),
        "replicator",
        new Place(superuser, "replication-password"),
        "rewind",
        new Place(superuser, "rewind-password"),
        "kn_migrate",
        new Place(Names.migrateLogin(shardSet), "password"),
        "kn_app",
        new Place(Names.appLogin(shardSet), "password"));
  }

  /** Those that are there. */
  public static Logins of(String shardSet, Children children) {
    Map<String, String> passwords = new TreeMap<>();
    places(shardSet)
        .forEach(
            (role, place) ->
                children
                    .line(place.secret(), place.key())
                    .ifPresent(password -> passwords.put(role, password)));
    return new Logins(passwords);
  }

  /** The password of a role, where there is one. */
  public Optional<String> of(String role) {
    return Optional.ofNullable(passwords.get(role));
  }

  /** Whether there is one for every role. */
  boolean isComplete(String shardSet) {
    return passwords.keySet().equals(places(shardSet).keySet());
  }

  /**
   * Whether clients and servers are sure to mean the same by a password: other characters than
   * printable ASCII are prepared in as many ways as there are drivers.
   */
  public static boolean isUsable(String password) {
    return password.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  @Override
  public String toString() {
    return passwords.keySet().stream().sorted().collect(joining(", ", "Logins[", "]"));
  }
}
