package dev.knowledgenetwork.operator.core.workload;

import org.jspecify.annotations.Nullable;

/** Words of others, fit for a sentence of ours: on one line, not too long, without a full stop. */
public final class Line {

  private static final int LONGEST = 300;

  private Line() {}

  /** The text on one line, cut to 300 characters; empty where there is none. */
  public static String of(@Nullable String text) {
    String line = text == null ? "" : text.strip().replaceAll("\\s+", " ").replaceFirst("\\.$", "");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }
}
