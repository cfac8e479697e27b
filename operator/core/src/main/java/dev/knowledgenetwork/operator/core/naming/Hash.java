package dev.knowledgenetwork.operator.core.naming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Short hashes that stay the same as long as the content does: JSON with sorted keys, SHA-256, the
 * first 16 hexadecimal digits.
 */
public final class Hash {

  private static final int DIGITS = 16;
  private static final JsonMapper STABLE =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Hash() {}

  /** Of a desired object; its own {@link Annotations#DESIRED_HASH} must not be set yet. */
  public static String of(HasMetadata object) {
    return ofValue(object);
  }

  /** Of any value that Jackson can write. */
  public static String ofValue(Object value) {
    return ofText(json(value));
  }

  /** The text that is hashed: JSON that is the same for equal values, in every process. */
  public static String json(Object value) {
    try {
      return STABLE.writeValueAsString(value);
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), failure);
    }
  }

  /** Of a text. */
  public static String ofText(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException failure) {
      throw new IllegalStateException("every Java has SHA-256", failure);
    }
  }
}
