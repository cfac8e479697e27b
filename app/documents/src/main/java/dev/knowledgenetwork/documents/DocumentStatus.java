package dev.knowledgenetwork.documents;

/** Where a document stands in its life. */
public enum DocumentStatus {
  /** Being written. */
  DRAFT,
  /** Waiting for approval. */
  IN_REVIEW,
  /** Visible to readers. */
  PUBLISHED,
  /** Kept, but no longer in use. */
  ARCHIVED
}
