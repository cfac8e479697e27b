package dev.knowledgenetwork.operator.runtime.connect;

import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.postgresql.ssl.WrappedFactory;

/**
 * Lets the JDBC driver trust an authority that is kept in memory: its own factory wants a file. The
 * driver makes it by reflection, from the connection's properties.
 */
public final class PinnedSocketFactory extends WrappedFactory {

  /** Connection property that holds the authority's certificate as PEM. */
  static final String AUTHORITY = "kn.authority";

  /** Called by the driver. */
  public PinnedSocketFactory(Properties properties) {
    String authority = properties.getProperty(AUTHORITY);
    if (authority == null) {
      throw new IllegalArgumentException("the connection property " + AUTHORITY + " is missing");
    }
    SSLSocketFactory pinned = Trust.context(authority).getSocketFactory();
    factory = pinned;
  }
}
