package dev.knowledgenetwork.operator.core.shardset.topology;

/**
 * Why PostgreSQL did not take a write.
 *
 * @param state its SQLSTATE
 * @param words its message, on one line and without a full stop
 * @param hint what it advises itself, in the same form; empty where it advises nothing
 */
public record WriteRefusal(String state, String words, String hint) {

  private static final String READ_ONLY = "25006";
  private static final String NOT_PERMITTED = "42501";
  private static final String CANCELED = "57014";
  private static final String WARNING = "01";

  /**
   * What is wrong and what to do, as sentences without the last full stop.
   *
   * @param shard that takes no writes
   * @param logs the command that shows what its instances wrote
   */
  public String text(String shard, String logs) {
    return "%s takes no writes: %s, SQLSTATE %s. %s".formatted(shard, words, state, remedy(logs));
  }

  private String remedy(String logs) {
    if (!hint.isEmpty()) {
      return hint;
    }
    if (state.equals(READ_ONLY)) {
      return "Either default_transaction_read_only is on, by hand, or this instance still recovers, or"
          + " leads no longer and has not been told: read which, "
          + logs;
    }
    if (state.equals(NOT_PERMITTED)) {
      return "The operator puts rights of applications back within a minute. If it lasts or comes"
          + " again, somebody or something takes them away: search what migrations and scripts of"
          + " yours do in SQL, and read why: "
          + logs;
    }
    if (state.equals(CANCELED)) {
      return "It waits for a lock that somebody holds, or its commit for a synchronous replica that"
          + " does not answer. In a session of a superuser: select pid, wait_event_type, wait_event,"
          + " query from pg_stat_activity, and show synchronous_standby_names; what was set by hand"
          + " goes by alter system reset synchronous_standby_names. Read on: "
          + logs;
    }
    return state.startsWith(WARNING)
        ? "It was written and no replica has confirmed it: read why none follows, " + logs
        : "Read why: " + logs;
  }
}
