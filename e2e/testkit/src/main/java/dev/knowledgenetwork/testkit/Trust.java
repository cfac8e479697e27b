package dev.knowledgenetwork.testkit;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts one authority and one name, whatever address was dialled: tests reach Services by their
 * cluster address, while certificates speak of names.
 */
final class Trust extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2;

  private final X509TrustManager authority;
  private final String name;

  private Trust(X509TrustManager authority, String name) {
    this.authority = authority;
    this.name = name;
  }

  /** A TLS context that accepts servers of that authority whose certificate carries the name. */
  static SSLContext of(byte[] authorityPem, String name) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(authorityPem)));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      X509TrustManager authority = (X509TrustManager) factory.getTrustManagers()[0];
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new Trust(authority, name)}, null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("cannot read the authority's certificate", e);
    }
  }

  private void check(X509Certificate[] chain, String type) throws CertificateException {
    authority.checkServerTrusted(chain, type);
    Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
    boolean known =
        names != null
            && names.stream()
                .anyMatch(n -> n.get(0).equals(DNS_NAME) && matches((String) n.get(1)));
    if (!known) {
      throw new CertificateException("certificate is not for " + name + " but " + names);
    }
  }

  private boolean matches(String pattern) {
    return pattern.equals(name)
        || (pattern.startsWith("*.")
            && name.substring(name.indexOf('.')).equals(pattern.substring(1)));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("no clients here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authority.getAcceptedIssuers();
  }
}
