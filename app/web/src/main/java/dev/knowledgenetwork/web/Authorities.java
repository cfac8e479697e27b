package dev.knowledgenetwork.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust in servers whose certificate is of an authority that is not publicly known. */
final class Authorities {

  private Authorities() {}

  /**
   * Trusts the certificates of a file in PEM, and no others.
   *
   * @throws IOException where it cannot be read, or has none
   */
  static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Certificate certificate : certificates(file)) {
      trusted.setCertificateEntry(Integer.toString(trusted.size()), certificate);
    }
    if (trusted.size() == 0) {
      throw new IOException("no certificate in " + file);
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream pem = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    } catch (NoSuchFileException e) {
      // Its own message is the bare name.
      throw new IOException("no such file: " + file, e);
    }
  }
}
