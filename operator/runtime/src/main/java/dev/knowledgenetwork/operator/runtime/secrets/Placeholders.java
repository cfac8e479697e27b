package dev.knowledgenetwork.operator.runtime.secrets;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Fills the placeholders of a {@link PlannedSecret.Entry.Template}. */
final class Placeholders {

  private Placeholders() {}

  /**
   * The text with all placeholders filled.
   *
   * @param own the value of another key of the same Secret
   * @param others the value of a key of another Secret
   */
  static String fill(
      String text, UnaryOperator<String> own, BiFunction<String, String, String> others) {
    Matcher matcher = PlannedSecret.PLACEHOLDER.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String secret = matcher.group(2);
      String key = matcher.group(3);
      String value = secret == null ? own.apply(key) : others.apply(secret, key);
      matcher.appendReplacement(
          filled, Matcher.quoteReplacement(formed(matcher.group(1), value.strip())));
    }
    return matcher.appendTail(filled).toString();
  }

  private static String formed(@Nullable String form, String value) {
    return switch (form) {
      case null -> value;
      case "sha256" -> sha256(value);
      // What this encodes for forms is encoded for URIs too, but for a space.
      case "uri" -> URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
      case "quoted" -> value.replace("\"", "\"\"");
      // In double quotes YAML knows all escapes of JSON.
      case "yaml" -> String.valueOf(JsonStringEncoder.getInstance().quoteAsString(value));
      default -> throw new IllegalArgumentException("a template asks for the form " + form);
    };
  }

  private static String sha256(String value) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
