package dev.knowledgenetwork.operator.runtime.secrets;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.jspecify.annotations.Nullable;

/** Certificates and EC keys as PEM text. */
public final class Pem {

  private static final X9ECParameters CURVE = ECNamedCurveTable.getByName("P-256");
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  /** DER bytes under a label, as in {@code CERTIFICATE} or {@code PRIVATE KEY}. */
  static String encode(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + LINES.encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /**
   * The first certificate of a PEM text.
   *
   * @throws IllegalArgumentException when there is none; the message does not quote the text
   */
  public static X509Certificate certificate(String pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("not a certificate in PEM form");
    }
  }

  /**
   * All certificates of a PEM text, at least one.
   *
   * @throws IllegalArgumentException when there is none; the message does not quote the text
   */
  public static List<X509Certificate> certificates(String pem) {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException("not certificates in PEM form");
    }
    throw new IllegalArgumentException("no certificate in PEM form");
  }

  /** The first certificate of a PEM text, where there is a text and one in it. */
  static Optional<X509Certificate> parsed(@Nullable String pem) {
    try {
      return Optional.ofNullable(pem).map(Pem::certificate);
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** A PKCS#8 key on P-256; empty where the text is none. */
  static Optional<PrivateKey> key(String pem) {
    try {
      return Optional.of(ecKey(pem)).filter(Pem::isOnCurve);
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean isOnCurve(PrivateKey key) {
    return key instanceof ECPrivateKey ec && ec.getParams().getOrder().equals(CURVE.getN());
  }

  /** The public half of a key on P-256. */
  static ECPublicKey publicKey(PrivateKey key) {
    ECPoint point =
        new FixedPointCombMultiplier()
            .multiply(CURVE.getG(), ((ECPrivateKey) key).getS())
            .normalize();
    try {
      return (ECPublicKey)
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new ECPublicKeySpec(
                      new java.security.spec.ECPoint(
                          point.getAffineXCoord().toBigInteger(),
                          point.getAffineYCoord().toBigInteger()),
                      ((ECPrivateKey) key).getParams()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  /**
   * A PKCS#8 EC key.
   *
   * @throws IllegalArgumentException when it is none; neither message nor cause quotes the text
   */
  static PrivateKey ecKey(String pem) {
    String body =
        pem.replace("-----BEGIN PRIVATE KEY-----", "")
            .replace("-----END PRIVATE KEY-----", "")
            .replaceAll("\\s", "");
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not an EC key in PKCS#8 PEM form");
    }
  }
}
