package dev.knowledgenetwork.operator.core.workload;

import dev.knowledgenetwork.crds.network.Oidc;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses of servers that speak https, as an issuer of tokens. */
public final class HttpsUrl {

  /** Of TCP. */
  public static final int HIGHEST_PORT = 65_535;

  private static final Pattern SHAPE = Pattern.compile(Oidc.HTTPS_URL);
  private static final int PORT_GROUP = 2;
  private static final int DEFAULT_PORT = 443;

  private HttpsUrl() {}

  /** The port that the URL leads to; empty where the text is no https URL. */
  public static OptionalInt port(@Nullable String text) {
    Matcher parts = SHAPE.matcher(text == null ? "" : text);
    if (!parts.matches()) {
      return OptionalInt.empty();
    }
    String port = parts.group(PORT_GROUP);
    int number = port == null ? DEFAULT_PORT : Integer.parseInt(port.substring(1));
    return number >= 1 && number <= HIGHEST_PORT ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
