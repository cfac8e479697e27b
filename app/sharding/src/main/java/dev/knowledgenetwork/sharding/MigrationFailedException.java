package dev.knowledgenetwork.sharding;

/** A shard's schema could not be brought up to date. Running the migration again goes on there. */
public final class MigrationFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String shard;

  MigrationFailedException(String shard, Exception cause) {
    super(
        "the schema of shard " + shard + " is not up to date: " + Failures.describe(cause), cause);
    this.shard = shard;
  }

  /** The shard that failed; those before it are up to date, those after it untouched. */
  public String shard() {
    return shard;
  }
}
