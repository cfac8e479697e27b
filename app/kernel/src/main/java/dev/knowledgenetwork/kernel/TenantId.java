package dev.knowledgenetwork.kernel;

import java.text.Normalizer;

/**
 * The organisation that owns a resource; also the sharding key, so it is part of every access.
 *
 * @param value 1 to {@value #MAXIMUM_LENGTH} printable characters without spaces, in normal form C,
 *     so that what a person takes for one tenant is one
 */
public record TenantId(String value) {
  /** Longest tenant, in characters. */
  public static final int MAXIMUM_LENGTH = 200;

  /** Refuses an empty, over-long or unprintable value, and one in another normal form. */
  public TenantId {
    boolean printable = value.chars().allMatch(TenantId::isPrintable);
    if (value.isEmpty() || value.length() > MAXIMUM_LENGTH || !printable) {
      throw new IllegalArgumentException(
          "a tenant has 1 to " + MAXIMUM_LENGTH + " printable characters without spaces");
    }
    if (!Normalizer.isNormalized(value, Normalizer.Form.NFC)) {
      throw new IllegalArgumentException("a tenant is in normal form C");
    }
  }

  /** Of what Unicode has no picture, nobody sees that two tenants differ in it. */
  private static boolean isPrintable(int unit) {
    return switch (Character.getType(unit)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return value;
  }
}
