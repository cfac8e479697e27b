package dev.knowledgenetwork.kernel;

/**
 * The organisation that owns a resource; also the sharding key, so it is part of every access.
 *
 * @param value 1 to {@value #MAXIMUM_LENGTH} printable characters without spaces
 */
public record TenantId(String value) {
  /** Longest tenant, in characters. */
  public static final int MAXIMUM_LENGTH = 200;

  /** Refuses an empty, over-long or unprintable value. */
  public TenantId {
    boolean printable = value.chars().allMatch(c -> c > ' ' && c != 0x7f && !isSurrogate(c));
    if (value.isEmpty() || value.length() > MAXIMUM_LENGTH || !printable) {
      throw new IllegalArgumentException(
          "a tenant has 1 to " + MAXIMUM_LENGTH + " printable characters without spaces");
    }
  }

  private static boolean isSurrogate(int unit) {
    return Character.isSurrogate((char) unit);
  }

  @Override
  public String toString() {
    return value;
  }
}
