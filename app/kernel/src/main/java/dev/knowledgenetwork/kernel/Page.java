package dev.knowledgenetwork.kernel;

import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param items in the order of the list
 * @param next where the next page begins; empty on the last page
 * @param <T> an item
 */
public record Page<T>(List<T> items, Optional<Position> next) {

  /** Keeps an unmodifiable copy of the items. */
  public Page {
    items = List.copyOf(items);
  }
}
