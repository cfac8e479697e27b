package dev.knowledgenetwork.operator.core.shardset.rules;

import dev.knowledgenetwork.crds.shardset.ReservedParameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parameters of PostgreSQL 17 and what each takes, as pg_settings tells it. Patroni drops a
 * name that it does not know, and a value that it does not understand, without a word; of other
 * wrong values the server only writes to its log, and does not start again. So both are judged
 * before.
 *
 * <p>A value is judged by type, unit, bounds and words; what texts mean, a server is asked ({@link
 * TextRule}).
 */
public final class KnownParameters {

  /** Caches that are laid out in banks of 16 pages. */
  public static final Set<String> IN_BANKS =
      Set.of(
          "commit_timestamp_buffers",
          "multixact_member_buffers",
          "multixact_offset_buffers",
          "notify_buffers",
          "serializable_buffers",
          "subtransaction_buffers",
          "transaction_buffers");

  static final int MAJOR = 17;

  /**
   * Written by the test that compares it with a server; the second holds what the PostgreSQL of the
   * image has beyond that server, which was built with fewer libraries.
   */
  private static final List<String> RESOURCES =
      List.of("postgresql-17-parameters.txt", "postgresql-17-image.txt");

  private static final Set<String> SIZES_OF_WAL = Set.of("max_wal_size", "min_wal_size");

  private static final double TWO_SEGMENTS = 32L << 20;

  /** One edit for every four letters: more would suggest what nobody meant. */
  private static final int LETTERS_AN_EDIT = 4;

  /** By name in small letters, as a spec has them; PostgreSQL does not tell them apart. */
  private static final Map<String, KnownParameter> PARAMETERS = read();

  private KnownParameters() {}

  /** Why a spec cannot set the parameter; empty where it can. Names with a dot are extensions'. */
  static Optional<String> objection(String name) {
    if (name.contains(".")) {
      return Optional.empty();
    }
    KnownParameter known = PARAMETERS.get(name);
    if (known == null) {
      return Optional.of(
          "PostgreSQL " + MAJOR + " has no parameter \"" + name + "\"" + nearest(name).orElse(""));
    }
    return known.isPreset()
        ? Optional.of("PostgreSQL itself sets " + name + ": remove it")
        : Optional.empty();
  }

  /**
   * Why the value of a parameter would not come into force: what PostgreSQL would refuse, at once
   * or at its next start, else what Patroni would leave out or change. Empty for names that
   * PostgreSQL does not have.
   */
  static Optional<String> objection(String name, String value) {
    return refusal(name, value)
        .or(() -> refusalAtStart(name, value))
        .or(() -> rule(name).loss(value));
  }

  /** A running server takes these without a word, as their check is made by the next start only. */
  private static Optional<String> refusalAtStart(String name, String value) {
    OptionalDouble bytes =
        SIZES_OF_WAL.contains(name) ? bytes(name, value) : OptionalDouble.empty();
    return bytes.isPresent() && bytes.getAsDouble() < TWO_SEGMENTS
        ? Optional.of(
            "\"%s\" is no valid value: with less than 32MB, two segments of WAL, PostgreSQL %d does not start"
                .formatted(value, MAJOR))
        : Optional.empty();
  }

  /** What PostgreSQL itself would refuse of the value, alone. */
  public static Optional<String> refusal(String name, String value) {
    return rule(name).refusal(value);
  }

  /** How many bytes a value of a parameter means; empty where it means none. */
  static OptionalDouble bytes(String name, String value) {
    return rule(name) instanceof NumberRule number ? number.bytes(value) : OptionalDouble.empty();
  }

  /** The number that a value of a parameter means, in bytes where it measures memory. */
  public static OptionalDouble amount(String name, String value) {
    return rule(name) instanceof NumberRule number ? number.amount(value) : OptionalDouble.empty();
  }

  /** Whether only a restart of PostgreSQL brings the parameter into force. */
  public static boolean needsRestart(String name) {
    KnownParameter known = PARAMETERS.get(name);
    return known != null && known.needsRestart();
  }

  /**
   * Whether its value is a text that only a server can judge, and a reload brings it into force.
   */
  public static boolean isText(String name) {
    KnownParameter known = PARAMETERS.get(name);
    return known != null && known.rule() instanceof TextRule && !known.needsRestart();
  }

  private static ValueRule rule(String name) {
    KnownParameter known = PARAMETERS.get(name);
    return known == null ? new TextRule() : known.rule();
  }

  private static Optional<String> nearest(String name) {
    return PARAMETERS.entrySet().stream()
        .filter(known -> !known.getValue().isPreset())
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

  private static Map<String, KnownParameter> read() {
    Map<String, KnownParameter> parameters = new TreeMap<>();
    for (String resource : RESOURCES) {
      try (InputStream in = KnownParameters.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException("resource is missing: " + resource);
        }
        new String(in.readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .map(line -> List.of(line.split("\\|", -1)))
            .forEach(
                columns ->
                    parameters.put(
                        columns.getFirst().toLowerCase(Locale.ROOT), KnownParameter.of(columns)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Collections.unmodifiableMap(parameters);
  }
}
