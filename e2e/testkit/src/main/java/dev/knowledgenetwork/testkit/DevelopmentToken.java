package dev.knowledgenetwork.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Tokens of the Development mode: ES256, signed with the platform's own key, valid for a day. */
final class DevelopmentToken {

  private DevelopmentToken() {}

  static String sign(byte[] privatePem, String tenant, String user)
      throws GeneralSecurityException {
    Instant now = Instant.now();
    String header = "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"development\"}";
    String claims =
        """
        {"iss":"https://knowledgenetwork.dev/development","aud":"knowledge-network",\
        "sub":"%s","upn":"%s","tenant":"%s","groups":["reader","writer"],"iat":%d,"exp":%d}"""
            .formatted(
                user,
                user,
                tenant,
                now.getEpochSecond(),
                now.plus(Duration.ofDays(1)).getEpochSecond());
    String signed =
        encode(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + encode(claims.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key(privatePem));
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + encode(signature.sign());
  }

  private static PrivateKey key(byte[] pem) throws GeneralSecurityException {
    String base64 =
        new String(pem, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
