package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;

/**
 * A committed change.
 *
 * @param tenant owner
 * @param id which document
 * @param version version after the change
 * @param kind what happened
 */
public record DocumentChange(TenantId tenant, ResourceId id, long version, Kind kind) {

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
