package dev.knowledgenetwork.domain;

/** What became of a patch or a deletion. */
public sealed interface WriteOutcome {

  /** Committed: the document as it now is. */
  record Updated(Document document) implements WriteOutcome {}

  /**
   * Committed: the document is gone.
   *
   * @param version the version that its deletion has, greater than any seen before
   */
  record Deleted(long version) implements WriteOutcome {}

  /** Nothing changed: the tenant has no such document, or it is deleted. */
  record NotFound() implements WriteOutcome {}

  /**
   * Nothing changed: the caller has seen another version.
   *
   * @param current the version that is stored
   */
  record VersionConflict(long current) implements WriteOutcome {}

  /** The connection broke during the commit: read back to learn whether it happened. */
  record Unknown() implements WriteOutcome {}
}
