package dev.knowledgenetwork.operator.runtime.report;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was told in the last minutes, so that what is told again is counted instead. Lost with the
 * process: then a new series begins. Safe for use by several threads, one at a time for one object.
 */
final class RecentEvents {

  /** After that a repetition is news. Kubernetes keeps its own series open for six minutes. */
  private static final Duration WINDOW = Duration.ofMinutes(10);

  /** A few for each object of a large cluster that is in trouble. */
  private static final int MOST = 2_000;

  /**
   * One Event and how often it was told.
   *
   * @param event its name
   * @param version resourceVersion of the object at which it was told last
   * @param count how often
   * @param last when
   */
  record Series(String event, String version, int count, Instant last) {}

  private final Map<String, Series> known = new LinkedHashMap<>();

  /** The series of what is told, as long as it goes on. */
  synchronized Optional<Series> find(String told, Instant now) {
    return Optional.ofNullable(known.get(told))
        .filter(series -> series.last().plus(WINDOW).isAfter(now));
  }

  /** Told for the first time. The one that was told longest ago is forgotten for it. */
  synchronized void begin(String told, String event, String version, Instant now) {
    remember(told, new Series(event, version, 1, now));
  }

  /** Told once more; returns the series as it is then. */
  synchronized Series count(String told, Series before, String version, Instant now) {
    Series series = new Series(before.event(), version, before.count() + 1, now);
    remember(told, series);
    return series;
  }

  /** It could not be told. */
  synchronized void forget(String told) {
    known.remove(told);
  }

  private void remember(String told, Series series) {
    known.remove(told);
    known.put(told, series);
    if (known.size() > MOST) {
      known.remove(known.keySet().iterator().next());
    }
  }
}
