package dev.knowledgenetwork.operator.core.shardset.rules;

import dev.knowledgenetwork.crds.shardset.ReservedParameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parameters of PostgreSQL 17, each with the context in which it may be set: {@code select
 * name, context from pg_settings}. Patroni drops a name that it does not know without a word, so a
 * misspelt one must be found before.
 */
public final class KnownParameters {

  private static final String RESOURCE = "postgresql-17-parameters.txt";
  private static final String PRESET = "internal";
  private static final String RESTART = "postmaster";

  /** One edit for every four letters: more would suggest what nobody meant. */
  private static final int LETTERS_AN_EDIT = 4;

  /** By name in small letters, as a spec has them; PostgreSQL does not tell them apart. */
  private static final Map<String, String> CONTEXTS = read();

  private KnownParameters() {}

  /** Why a spec cannot set the parameter; empty where it can. Names with a dot are extensions'. */
  static Optional<String> objection(String name) {
    if (name.contains(".")) {
      return Optional.empty();
    }
    String context = CONTEXTS.get(name);
    if (context == null) {
      return Optional.of(
          "PostgreSQL 17 has no parameter \"" + name + "\"" + nearest(name).orElse(""));
    }
    return context.equals(PRESET)
        ? Optional.of("PostgreSQL itself sets " + name + ": remove it")
        : Optional.empty();
  }

  /** Whether only a restart of PostgreSQL brings the parameter into force. */
  public static boolean needsRestart(String name) {
    return RESTART.equals(CONTEXTS.get(name));
  }

  private static Optional<String> nearest(String name) {
    return CONTEXTS.entrySet().stream()
        .filter(known -> !known.getValue().equals(PRESET))
        .map(Map.Entry::getKey)
        .filter(known -> ReservedParameters.owner(known).isEmpty())
        .min(Comparator.comparingInt(known -> edits(name, known)))
        .filter(known -> edits(name, known) <= name.length() / LETTERS_AN_EDIT)
        .map(known -> "; did you mean " + known + "?");
  }

  /** Letters to insert, drop or replace to get from one text to the other. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  private static Map<String, String> read() {
    try (InputStream in = KnownParameters.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("resource is missing: " + RESOURCE);
      }
      Map<String, String> contexts = new TreeMap<>();
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.split(" "))
          .forEach(words -> contexts.put(words[0].toLowerCase(Locale.ROOT), words[1]));
      return Collections.unmodifiableMap(contexts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
