package dev.knowledgenetwork.domain;

/** What became of a new document. */
public sealed interface CreateOutcome {

  /** Committed: the document as it now is. */
  record Created(Document document) implements CreateOutcome {}

  /**
   * The connection broke during the commit and could not be made again in time.
   *
   * @param id the id the document has if it was stored: read it to learn whether it was
   */
  record Unknown(DocumentId id) implements CreateOutcome {}
}
