package dev.knowledgenetwork.crds.common;

import org.jspecify.annotations.Nullable;

/**
 * Leaves objects out of the JSON in which nothing is said: an empty object that the operator wrote
 * would differ for ever from what others declare. Used as the filter of {@code JsonInclude}, which
 * leaves out what is equal to it.
 */
public final class Unsaid {

  @Override
  public boolean equals(@Nullable Object value) {
    return value == null
        || value.equals(Resources.none())
        || value.equals(Placement.anywhere())
        || value.equals(Maintenance.none())
        || value instanceof Unsaid;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
