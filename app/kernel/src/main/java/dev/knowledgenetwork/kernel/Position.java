package dev.knowledgenetwork.kernel;

import java.util.OptionalLong;

/**
 * A place in a list: behind a resource.
 *
 * @param id of the resource
 * @param rank its value of the field that orders the list; empty in a list by age
 */
public record Position(ResourceId id, OptionalLong rank) {

  /** A place in a list by age. */
  public static Position at(ResourceId id) {
    return new Position(id, OptionalLong.empty());
  }
}
