package dev.knowledgenetwork.sharding;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The migrations of one application. Several applications may live on a ShardSet: each has a
 * history and numbers of its own, but the names of tables are for all of them.
 *
 * @param history table in the schema {@code public} that records in each shard what was applied
 * @param files names in {@code db/migration} on the class path, with their {@code .conf} files
 */
public record Migrations(String history, List<String> files) {

  /** Of the platform; of every application, before each got one of its own. */
  static final String PLATFORM = "flyway_schema_history";

  private static final String PREFIX = "schema_history_";
  private static final Pattern APPLICATION = Pattern.compile("[a-z][a-z0-9_]{0,30}");

  /** Keeps the files as they are now. */
  public Migrations {
    files = List.copyOf(files);
  }

  /**
   * Those of an application.
   *
   * @param application its name, which no other application on the ShardSet has and which never
   *     changes: lower case letters, digits and {@code _}, at most 31
   * @param files names of its scripts
   */
  public static Migrations of(String application, List<String> files) {
    if (!APPLICATION.matcher(application).matches()) {
      throw new IllegalArgumentException(
          "the name of an application has 1 to 31 lower case letters, digits and _, a letter first:"
              + " '"
              + application
              + "'");
    }
    return new Migrations(PREFIX + application, files);
  }

  /** Those of the platform. */
  public static Migrations ofPlatform(List<String> files) {
    return new Migrations(PLATFORM, files);
  }
}
