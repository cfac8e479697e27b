package dev.knowledgenetwork.operator.core.shardset.rules;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Times that PostgreSQL takes however short they are, and with which the platform does not work: a
 * bare number counts milliseconds for most of them, so that "1" is easily written for a second.
 */
final class LeastTimes {

  private static final double MILLISECOND = 1000;
  private static final double SECOND = 1000 * MILLISECOND;

  /**
   * What a time must not be shorter than.
   *
   * @param text as it may be written
   * @param canBeOff whether zero means that there is no limit
   * @param why it must not
   */
  private record Least(String text, boolean canBeOff, String why) {}

  private static final String WORK_BY_HAND =
      "sessions of people, backups and tools are ended in the middle of their work";

  private static final Map<String, Least> LEAST =
      Map.ofEntries(
          Map.entry("statement_timeout", new Least("1s", true, WORK_BY_HAND)),
          Map.entry("lock_timeout", new Least("100ms", true, WORK_BY_HAND)),
          Map.entry(
              "transaction_timeout",
              new Least("15s", true, "one statement of the application alone may take 10s")),
          Map.entry(
              "idle_in_transaction_session_timeout",
              new Least(
                  "5s",
                  true,
                  "a client that is slow for a moment loses its session and what it wrote")),
          Map.entry(
              "idle_session_timeout",
              new Least(
                  "2min",
                  true,
                  "poolers keep idle sessions for 60s, and would hand out ones that are ended")),
          Map.entry(
              "tcp_user_timeout",
              new Least("3s", true, "one packet that is lost on its way ends a session")),
          Map.entry(
              "authentication_timeout",
              new Least("5s", false, "a busy server takes longer than that to let a session in")),
          Map.entry(
              "wal_sender_timeout",
              new Least("5s", true, "replicas are cut off again and again, and none keeps up")),
          Map.entry(
              "wal_receiver_timeout",
              new Least("5s", true, "replicas give their primary up, and none keeps up")),
          Map.entry(
              "wal_receiver_status_interval",
              new Least("1s", false, "replicas confirm nothing, and every write waits for that")));

  private LeastTimes() {}

  /** Why a time is too short; empty where it is not, or is no time of these. */
  static Optional<String> objection(String name, String value) {
    OptionalDouble time = KnownParameters.amount(name, value);
    return Optional.ofNullable(LEAST.get(name))
        .filter(least -> time.isPresent() && isTooShort(name, time.getAsDouble(), least))
        .map(
            least ->
                "\"%s\" means %s, and that is too short: %s; write at least %s%s"
                    .formatted(
                        value,
                        text(time.getAsDouble()),
                        least.why(),
                        least.text(),
                        least.canBeOff() ? ", or 0 for no limit" : ""));
  }

  private static boolean isTooShort(String name, double time, Least least) {
    return time >= 0
        && time < KnownParameters.amount(name, least.text()).orElseThrow()
        && !(least.canBeOff() && time == 0);
  }

  private static String text(double microseconds) {
    return microseconds % SECOND == 0
        ? "%.0fs".formatted(microseconds / SECOND)
        : "%.0fms".formatted(microseconds / MILLISECOND);
  }
}
