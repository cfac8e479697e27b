package dev.knowledgenetwork.operator.runtime.secrets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The public half of keys that sign tokens, as whoever verifies them reads it. */
final class SigningKeys {

  private static final int COORDINATE_BYTES = 32;

  private final ObjectMapper json = new ObjectMapper();

  /** A set with that one P-256 key (RFC 7517); the same text for the same key. */
  String published(String keyId, ECPublicKey key) {
    Map<String, String> jwk = new LinkedHashMap<>();
    jwk.put("kty", "EC");
    jwk.put("crv", "P-256");
    jwk.put("kid", keyId);
    jwk.put("use", "sig");
    jwk.put("alg", "ES256");
    jwk.put("x", coordinate(key.getW().getAffineX()));
    jwk.put("y", coordinate(key.getW().getAffineY()));
    try {
      return json.writeValueAsString(Map.of("keys", List.of(jwk)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a public key cannot be written as JSON", e);
    }
  }

  private static String coordinate(BigInteger value) {
    byte[] raw = value.toByteArray();
    byte[] fixed = new byte[COORDINATE_BYTES];
    int length = Math.min(raw.length, COORDINATE_BYTES);
    System.arraycopy(raw, raw.length - length, fixed, COORDINATE_BYTES - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }
}
