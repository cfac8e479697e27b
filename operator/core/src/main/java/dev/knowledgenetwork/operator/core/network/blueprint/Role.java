package dev.knowledgenetwork.operator.core.network.blueprint;

import java.util.Locale;

/** The roles of the application that run for ever; names, labels and arguments follow from them. */
public enum Role {
  API(true),
  REALTIME(true),
  WORKER(false);

  private final boolean serving;

  Role(boolean serving) {
    this.serving = serving;
  }

  /** Whether users connect to it, on port 8443. */
  public boolean serving() {
    return serving;
  }

  /** As the application knows it; also the value of the name label. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
