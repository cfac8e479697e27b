package dev.knowledgenetwork.domain;

/**
 * A committed change.
 *
 * @param tenant owner
 * @param id which document
 * @param version version after the change
 * @param kind what happened
 */
public record DocumentChange(TenantId tenant, DocumentId id, long version, Kind kind) {

  /** What happened to the document. */
  public enum Kind {
    /** It is new. */
    CREATED,
    /** It has a new version. */
    UPDATED,
    /** It is gone. */
    DELETED
  }
}
