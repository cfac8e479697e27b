package dev.knowledgenetwork.domain;

import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param items newest first
 * @param next where the next page begins; empty on the last page
 */
public record DocumentPage(List<DocumentSummary> items, Optional<DocumentId> next) {

  /** Keeps an unmodifiable copy of the items. */
  public DocumentPage {
    items = List.copyOf(items);
  }
}
