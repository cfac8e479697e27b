package dev.knowledgenetwork.server;

import org.jspecify.annotations.Nullable;

/** The only place that reads the process's environment. */
final class Environment {

  private Environment() {}

  static @Nullable String variable(String name) {
    return System.getenv(name);
  }
}
