package dev.knowledgenetwork.operator.core.workload;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.crds.common.Maintenance;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.workload.Offer.Standing;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which updates of the operator's own making an object may have now: those that its annotation
 * names, and all within a maintenance window.
 *
 * @param object whose workloads they are
 * @param asked ids in the annotation
 * @param window none: only the annotation counts
 */
public record Approval(
    HasMetadata object, Set<String> asked, Optional<Window> window, Instant now) {

  /** Copies the ids. */
  public Approval {
    asked = Set.copyOf(asked);
  }

  /** For an object whose spec has been found valid. */
  public static Approval of(HasMetadata object, Maintenance maintenance, Instant now) {
    return new Approval(
        object,
        Applied.annotation(object, Annotations.UPDATE).stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .map(String::trim)
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toSet()),
        Optional.ofNullable(maintenance.window()).map(Window::of),
        now);
  }

  /** Whether an update may be applied. */
  public boolean covers(String id) {
    return asked.contains(id) || window.filter(times -> times.isOpen(now)).isPresent();
  }

  /**
   * What a person is to know of updates that are held, and the command that applies them; empty
   * where none is. The text is the same until the next window begins.
   *
   * @param offers to all workloads of the object
   */
  public Optional<String> notice(List<Offer> offers) {
    List<Offer> held = offers.stream().filter(Offer::isHeld).toList();
    if (held.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ("This version of the operator would run %s in another way.%s Nothing is restarted %s:"
                + " kubectl -n %s annotate --overwrite %s %s %s=%s")
            .formatted(
                distinct(held.stream().map(Offer::part), " and "),
                misread(offers),
                window
                    .flatMap(times -> times.begin(now))
                    .map(
                        begin ->
                            "before the maintenance window that begins at %s, unless you say so"
                                .formatted(begin))
                    .orElse("until you say so"),
                object.getMetadata().getNamespace(),
                object.getKind().toLowerCase(Locale.ROOT),
                object.getMetadata().getName(),
                Annotations.UPDATE,
                distinct(held.stream().map(Offer::id), ",")));
  }

  /**
   * An annotation that asks for something else. It is no more than a notice: what was done once
   * stays in the annotations of those who keep them in Git, and must not stall anything later.
   */
  private String misread(List<Offer> offers) {
    boolean known =
        offers.stream()
            .flatMap(offer -> Stream.of(offer.id(), offer.applied()))
            .anyMatch(asked::contains);
    return known || asked.isEmpty()
        ? ""
        : " The annotation %s says %s, which is not this update."
            .formatted(Annotations.UPDATE, asked.stream().sorted().collect(joining(",")));
  }

  /**
   * When to look again although nothing changed: when the window begins for what is held, and when
   * it ends for what is being applied because of it.
   */
  public Optional<Duration> nextCheck(List<Offer> offers) {
    return window.flatMap(
        times ->
            offers.stream()
                .map(Offer::standing)
                .distinct()
                .flatMap(standing -> next(times, standing).stream())
                .min(Instant::compareTo)
                .map(this::until));
  }

  private Optional<Instant> next(Window times, Standing standing) {
    return switch (standing) {
      case CURRENT -> Optional.empty();
      case HELD -> times.begin(now);
      case DUE -> times.end(now).filter(now::isBefore);
    };
  }

  /** Timers count whole milliseconds: never one too early. */
  private Duration until(Instant time) {
    return Duration.between(now, time).truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
  }

  private static String distinct(Stream<String> texts, String separator) {
    return texts.distinct().collect(joining(separator));
  }
}
