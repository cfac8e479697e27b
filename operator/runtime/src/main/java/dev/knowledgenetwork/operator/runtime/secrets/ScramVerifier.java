package dev.knowledgenetwork.operator.runtime.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What PostgreSQL stores of a password (RFC 5803, SCRAM-SHA-256), computed here, so that the
 * password itself never appears in a statement or in the server's log. About 2 ms each.
 */
public final class ScramVerifier {

  private static final int ITERATIONS = 4096;
  private static final Pattern FORM =
      Pattern.compile("SCRAM-SHA-256\\$(\\d+):([A-Za-z0-9+/=]+)\\$([^:]+):(.+)");

  private ScramVerifier() {}

  /** A verifier with a fresh salt. The password must be ASCII: SASLprep is then the identity. */
  public static String of(String password, SecureRandom random) {
    byte[] salt = new byte[16];
    random.nextBytes(salt);
    return compute(password, salt, ITERATIONS);
  }

  /** Whether a stored verifier was made of that password; false for any other form of storage. */
  public static boolean matches(String verifier, String password) {
    Matcher parts = FORM.matcher(verifier);
    if (!parts.matches()) {
      return false;
    }
    String again =
        compute(
            password, Base64.getDecoder().decode(parts.group(2)), Integer.parseInt(parts.group(1)));
    return MessageDigest.isEqual(
        again.getBytes(StandardCharsets.US_ASCII), verifier.getBytes(StandardCharsets.US_ASCII));
  }

  private static String compute(String password, byte[] salt, int iterations) {
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
              .getEncoded();
      byte[] stored = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
      Base64.Encoder base64 = Base64.getEncoder();
      return "SCRAM-SHA-256$"
          + iterations
          + ":"
          + base64.encodeToString(salt)
          + "$"
          + base64.encodeToString(stored)
          + ":"
          + base64.encodeToString(hmac(salted, "Server Key"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SCRAM-SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }
}
