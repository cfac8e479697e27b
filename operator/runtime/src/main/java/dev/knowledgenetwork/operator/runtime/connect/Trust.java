package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.runtime.secrets.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust in exactly one authority, given as PEM and kept in memory. */
public final class Trust {

  /**
   * For how long a session may be resumed: from one question to the next. Java lets each session
   * hold those that came of it, and by default for a day, so that a server that ends each
   * connection would cost more with every question.
   */
  private static final int SESSION_SECONDS = 20;

  private Trust() {}

  /** A TLS context that accepts only what that authority, or one of several, signed. */
  public static SSLContext context(String authority) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, managers(authority).getTrustManagers(), null);
      context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS 1.3", e);
    }
  }

  /** The same as trust managers, for libraries that build their own context. */
  static TrustManagerFactory managers(String authority) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (X509Certificate certificate : Pem.certificates(authority)) {
        store.setCertificateEntry("authority" + store.size(), certificate);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      return managers;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("an in-memory trust store cannot be made", e);
    }
  }
}
