package dev.knowledgenetwork.operator.core.workload;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.knowledgenetwork.crds.common.Durations;
import dev.knowledgenetwork.crds.common.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The times at which maintenance is allowed. All times are UTC. Where a window begins before the
 * one before has ended, the two are one.
 */
public final class Window {

  private static final Duration SHORTEST = Duration.ofMinutes(15);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final ZonedDateTime ANY = Instant.EPOCH.atZone(ZoneOffset.UTC);

  private final ExecutionTime begins;
  private final Duration duration;

  private Window(ExecutionTime begins, Duration duration) {
    this.begins = begins;
    this.duration = duration;
  }

  /**
   * A window without {@link #objections}.
   *
   * @throws IllegalArgumentException where the schedule cannot be read
   */
  public static Window of(MaintenanceWindow spec) {
    return new Window(schedule(spec.schedule()), Durations.parse(spec.duration()));
  }

  /** What is wrong with a schedule, and what to write instead. Cost: some milliseconds at most. */
  public static Optional<String> objection(String schedule) {
    String example = "use five fields of cron in UTC, for example 0 3 * * SUN: ";
    try {
      return schedule(schedule).nextExecution(ANY).isPresent()
          ? Optional.empty()
          : Optional.of(example + "there is no such day");
    } catch (IllegalArgumentException refused) {
      return Optional.of(example + refused.getMessage());
    }
  }

  /** Whether a window may last so long. */
  public static boolean isDuration(String text) {
    if (!Durations.valid(text)) {
      return false;
    }
    Duration duration = Durations.parse(text);
    return duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0;
  }

  private static ExecutionTime schedule(String text) {
    return ExecutionTime.forCron(
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(text));
  }

  /** Whether it is a time for maintenance. */
  public boolean isOpen(Instant now) {
    return end(now).filter(now::isBefore).isPresent();
  }

  /** When the window that began last ends, or has ended; empty before the first one. */
  public Optional<Instant> end(Instant now) {
    ZonedDateTime after = now.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    return begins.lastExecution(after).map(begin -> begin.toInstant().plus(duration));
  }

  /** When the next window begins: the same answer until it does. */
  public Optional<Instant> begin(Instant now) {
    return begins.nextExecution(now.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toInstant);
  }
}
