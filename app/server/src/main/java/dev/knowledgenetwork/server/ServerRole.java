package dev.knowledgenetwork.server;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a process does. */
enum ServerRole {
  /** Serves the documents over HTTPS. */
  API("/api/v1/documents"),
  /** Serves streams of events over HTTPS. */
  REALTIME("/api/v1/events"),
  /** Does what nobody waits for; serves nothing but probes and metrics. */
  WORKER(null),
  /** Brings the schema of all shards up to date and ends. */
  MIGRATE(null);

  private final Optional<String> root;

  ServerRole(@Nullable String root) {
    this.root = Optional.ofNullable(root);
  }

  static Optional<ServerRole> of(String name) {
    return Arrays.stream(values()).filter(role -> role.argument().equals(name)).findAny();
  }

  String argument() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether this role answers requests for the path. */
  boolean serves(String path) {
    return root.filter(r -> path.equals(r) || path.startsWith(r + "/")).isPresent();
  }

  boolean servesHttp() {
    return root.isPresent();
  }

  boolean usesDatabase() {
    return this != REALTIME;
  }
}
