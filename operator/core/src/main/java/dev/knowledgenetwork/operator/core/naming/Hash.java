package dev.knowledgenetwork.operator.core.naming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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
      return shortened(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException failure) {
      throw new IllegalStateException("every Java has SHA-256", failure);
    }
  }

  /**
   * Of a value that Jackson can write and that must not be guessed from its hash: HMAC with a key.
   *
   * @param key that nobody knows who may see the hash
   */
  public static String keyed(String key, Object value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return shortened(mac.doFinal(json(value).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("every Java has HMAC with SHA-256", failure);
    }
  }

  private static String shortened(byte[] digest) {
    return HexFormat.of().formatHex(digest).substring(0, DIGITS);
  }
}
