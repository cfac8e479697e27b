package dev.knowledgenetwork.sharding;

/** A shard's schema could not be brought up to date. Running the migration again goes on there. */
public final class MigrationFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String shard;

  MigrationFailedException(String shard, Exception cause) {
    super(message(shard, Failures.describe(cause)), cause);
    this.shard = shard;
  }

  MigrationFailedException(String shard, String reason) {
    super(message(shard, reason));
    this.shard = shard;
  }

  private static String message(String shard, String reason) {
    return "the schema of shard " + shard + " is not up to date: " + reason;
  }

  /** The shard that failed; those before it are up to date, those after it untouched. */
  public String shard() {
    return shard;
  }
}
