package dev.knowledgenetwork.operator.runtime.secrets;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Makes EC P-256 authorities and the certificates that they sign. A few milliseconds each. */
final class Certificates {

  /** Nothing renews a certificate yet, so it outlives the platform. */
  private static final Duration LIFETIME = Duration.ofDays(3650);

  /** One that has no longer to live is made anew, so that whoever reads it at a start has time. */
  private static final Duration MARGIN = Duration.ofDays(30);

  /** A clock that is behind ours must accept a certificate that was made just now. */
  private static final Duration SKEW = Duration.ofHours(1);

  private final SecureRandom random;
  private final InstantSource clock;

  Certificates(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /** A certificate and its key, both as PEM text. */
  record Issued(String certificate, String key) {

    @Override
    public String toString() {
      return "Issued[certificate and key]";
    }
  }

  /** A self-signed authority that may sign end certificates and nothing else. */
  Issued authority(String commonName) {
    KeyPair keys = keys();
    X500Principal name = principal(commonName);
    try {
      X509v3CertificateBuilder builder =
          builder(name, name, keys)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return issued(sign(builder, keys.getPrivate()), keys);
    } catch (CertIOException e) {
      throw new IllegalStateException("an authority cannot be encoded", e);
    }
  }

  /** A certificate for servers and clients, signed by an authority given as PEM. */
  Issued signed(String authority, String authorityKey, String commonName, List<String> dnsNames) {
    KeyPair keys = keys();
    X509Certificate issuer = Pem.certificate(authority);
    GeneralName[] names =
        dnsNames.stream()
            .map(dns -> new GeneralName(GeneralName.dNSName, dns))
            .toArray(GeneralName[]::new);
    try {
      X509v3CertificateBuilder builder =
          builder(issuer.getSubjectX500Principal(), principal(commonName), keys)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(
                      new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                      }))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer));
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      return issued(sign(builder, Pem.ecKey(authorityKey)), keys);
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate cannot be encoded", e);
    }
  }

  /** Whether that is an authority together with its own key. */
  boolean isAuthority(@Nullable String authority, @Nullable String key) {
    try {
      return Pem.parsed(authority).filter(parsed -> parsed.getBasicConstraints() >= 0).isPresent()
          && belong(authority, key);
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }

  /**
   * Whether that is a certificate with its own key, signed by that authority, that has all those
   * names, is in force and stays so for a month.
   */
  boolean isSigned(
      @Nullable String certificate, @Nullable String key, String authority, List<String> dnsNames) {
    try {
      Optional<X509Certificate> parsed = Pem.parsed(certificate);
      if (parsed.isEmpty() || !belong(certificate, key)) {
        return false;
      }
      parsed.get().verify(Pem.certificate(authority).getPublicKey());
      parsed.get().checkValidity(Date.from(clock.instant()));
      parsed.get().checkValidity(Date.from(clock.instant().plus(MARGIN)));
      return names(parsed.get()).containsAll(dnsNames);
    } catch (GeneralSecurityException | IllegalArgumentException unfit) {
      return false;
    }
  }

  private static boolean belong(@Nullable String certificate, @Nullable String key) {
    return Optional.ofNullable(key)
        .flatMap(Pem::key)
        .map(Pem::publicKey)
        .flatMap(
            own ->
                Pem.parsed(certificate)
                    .map(X509Certificate::getPublicKey)
                    .filter(ECPublicKey.class::isInstance)
                    .filter(signed -> ((ECPublicKey) signed).getW().equals(own.getW())))
        .isPresent();
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? Set.of()
        : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.toSet());
  }

  /** A fresh P-256 key as PEM text. */
  String key() {
    return Pem.encode("PRIVATE KEY", keys().getPrivate().getEncoded());
  }

  private KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  private JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair keys) {
    Instant now = clock.instant();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(127, random),
            Date.from(now.minus(SKEW)),
            Date.from(now.plus(LIFETIME)),
            subject,
            keys.getPublic());
    try {
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException("a key identifier cannot be encoded", e);
    }
    return builder;
  }

  private static byte[] sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      X509CertificateHolder holder =
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
      return holder.getEncoded();
    } catch (OperatorCreationException | java.io.IOException e) {
      throw new IllegalStateException("a certificate cannot be signed", e);
    }
  }

  private static Issued issued(byte[] certificate, KeyPair keys) {
    return new Issued(
        Pem.encode("CERTIFICATE", certificate),
        Pem.encode("PRIVATE KEY", keys.getPrivate().getEncoded()));
  }

  private static X500Principal principal(String commonName) {
    // The limit of X.520; verification goes by the alternative names, never by this one.
    String name = commonName.length() > 64 ? commonName.substring(0, 64) : commonName;
    return new X500Principal("CN=" + name.replaceAll("[,+\"\\\\<>;=#]", "-"));
  }
}
