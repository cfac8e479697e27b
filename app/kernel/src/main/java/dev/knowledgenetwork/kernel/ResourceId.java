package dev.knowledgenetwork.kernel;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Identity of a resource within its tenant: a UUIDv7, so ids sort by time of creation.
 *
 * @param value the UUID
 */
public record ResourceId(UUID value) implements Comparable<ResourceId> {
  private static final Pattern CANONICAL =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** Reads the canonical form (36 characters, any case); empty for anything else. */
  public static Optional<ResourceId> parse(String text) {
    return CANONICAL.matcher(text).matches()
        ? Optional.of(new ResourceId(UUID.fromString(text)))
        : Optional.empty();
  }

  /** Order of the bytes, which is PostgreSQL's order, unlike that of {@link UUID}. */
  @Override
  public int compareTo(ResourceId other) {
    int high =
        Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(
            value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
