package dev.knowledgenetwork.operator.core.shardset.patroni;

import dev.knowledgenetwork.operator.core.kind.Fact;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A shard's replication state as Patroni's REST API last told it.
 *
 * @param members all that Patroni knows, sorted by name
 * @param config its dynamic configuration, nested maps as in {@code GET /config}
 */
public record PatroniView(List<Member> members, Map<String, Object> config) {

  /** Asked of every shard. */
  public static final Fact<PatroniView> FACT = new Fact<>("patroni", PatroniView.class);

  public PatroniView {
    members = List.copyOf(members);
    config = Map.copyOf(config);
  }

  /** The member that holds the lock and runs, where there is one. */
  public Optional<Member> leader() {
    return members.stream().filter(m -> m.role().equals("leader") && m.running()).findFirst();
  }

  /**
   * Whether somebody paused Patroni: then nobody takes over from a primary that fails, and
   * PostgreSQL that ended is not started again.
   */
  public boolean paused() {
    return "true".equals(String.valueOf(config.get("pause")));
  }

  /**
   * Whether an instance leads, or receives what the leader writes. While nobody leads there is
   * nobody to follow: then it counts as well.
   */
  public boolean follows(String name) {
    return leader()
        .map(
            leader ->
                leader.name().equals(name)
                    || members.stream().anyMatch(m -> m.name().equals(name) && m.streaming()))
        .orElse(true);
  }

  /**
   * One PostgreSQL instance.
   *
   * @param name the pod's name
   * @param role {@code leader}, {@code replica}, {@code sync_standby} or {@code quorum_standby};
   *     while nobody leads, {@code uninitialized} where it says that its volume has no database
   * @param state Patroni's word: {@code running}, {@code streaming}, {@code starting}, ...
   * @param timeline on which it is; 0 where it does not say
   */
  public record Member(String name, String role, String state, long timeline) {

    /** Role of one that has no database in its volume. */
    public static final String UNINITIALIZED = "uninitialized";

    /** One that says nothing of its timeline. */
    public Member(String name, String role, String state) {
      this(name, role, state, 0);
    }

    /** True while a replica receives what the leader writes. */
    public boolean streaming() {
      return state.equals("streaming");
    }

    /** Whether it has no database, and waits for somebody to copy one from. */
    public boolean uninitialized() {
      return role.equals(UNINITIALIZED);
    }

    /** True while the instance accepts connections. */
    public boolean running() {
      return state.equals("running") || streaming();
    }
  }
}
