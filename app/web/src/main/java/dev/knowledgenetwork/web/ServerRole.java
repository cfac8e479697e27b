package dev.knowledgenetwork.web;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a process does: the argument that the program is started with. */
public enum ServerRole {
  /** Serves resources over HTTPS. */
  API,
  /** Serves streams of events over HTTPS. */
  REALTIME,
  /** Does what nobody waits for; serves nothing but probes and metrics. */
  WORKER,
  /** Brings the schema of all shards up to date and ends. */
  MIGRATE;

  /** The role of that name, as {@link #argument} gives it. */
  public static Optional<ServerRole> of(String name) {
    return Arrays.stream(values()).filter(role -> role.argument().equals(name)).findAny();
  }

  /** Its name on the command line. */
  public String argument() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it answers requests other than probes. */
  public boolean servesHttp() {
    return this == API || this == REALTIME;
  }
}
