package dev.knowledgenetwork.api;

import java.util.Locale;

/** What a token may permit, by the names in its claim {@code groups}. */
public enum Role {
  READER,
  WRITER;

  String group() {
    return name().toLowerCase(Locale.ROOT);
  }
}
