package dev.knowledgenetwork.kernel;

import java.time.Instant;

/**
 * A stored resource.
 *
 * @param id identity
 * @param tenant owner
 * @param values of its fields; in a list, of those that lists show
 * @param author subject of the token that created it
 * @param version 1 at creation, one more with each change
 * @param createdAt time of creation, in microseconds
 * @param updatedAt time of the last change, in microseconds
 */
public record Resource(
    ResourceId id,
    TenantId tenant,
    Values values,
    String author,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** The value of a field that has one. */
  public <V> V get(Field<V> field) {
    return values.get(field);
  }
}
