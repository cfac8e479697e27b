package dev.knowledgenetwork.kernel;

import java.util.Locale;

/** What a token may permit, by the names in its claim {@code groups}. */
public enum Permission {
  /** May read what the tenant has. */
  READER,
  /** May change it. */
  WRITER;

  /** Its name in a token. */
  public String group() {
    return name().toLowerCase(Locale.ROOT);
  }
}
