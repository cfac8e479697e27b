package dev.knowledgenetwork.kernel;

/**
 * What became of a patch or a deletion.
 *
 * @param <T> the resource
 */
public sealed interface WriteOutcome<T> {

  /** Committed: the resource as it now is. */
  record Updated<T>(T value) implements WriteOutcome<T> {}

  /**
   * Committed: the resource is gone.
   *
   * @param version the version that its deletion has, greater than any seen before
   */
  record Deleted<T>(long version) implements WriteOutcome<T> {}

  /** Nothing changed: the tenant has no such resource, or it is deleted. */
  record NotFound<T>() implements WriteOutcome<T> {}

  /**
   * Nothing changed: the caller has seen another version.
   *
   * @param current the version that is stored
   */
  record VersionConflict<T>(long current) implements WriteOutcome<T> {}

  /** The connection broke during the commit: read back to learn whether it happened. */
  record Unknown<T>() implements WriteOutcome<T> {}
}
