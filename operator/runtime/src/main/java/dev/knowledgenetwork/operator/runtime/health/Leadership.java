package dev.knowledgenetwork.operator.runtime.health;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Whether this process leads, and since when. */
public final class Leadership {

  private final InstantSource clock;
  private final AtomicReference<Optional<Instant>> since = new AtomicReference<>(Optional.empty());

  /** Does not lead yet. */
  public Leadership(InstantSource clock) {
    this.clock = clock;
  }

  /** Leads from now on. */
  public void begin() {
    since.set(Optional.of(clock.instant()));
  }

  /** Leads no more. */
  public void end() {
    since.set(Optional.empty());
  }

  /** Since when it leads; empty while it does not. */
  public Optional<Instant> since() {
    return since.get();
  }
}
