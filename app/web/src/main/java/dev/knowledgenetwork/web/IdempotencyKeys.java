package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Caller;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header-07): a string of a
 * structured field, such as {@code "8e03978e"}. The quotes may be left out, as many clients do.
 */
final class IdempotencyKeys {

  static final String HEADER = "Idempotency-Key";

  /** Longest key, without quotes. */
  static final int LONGEST = 255;

  /** The same in the words of OpenAPI. */
  static final String PATTERN =
      "^(\"([ !#-\\[\\]-~]|\\\\[\"\\\\]){1,%1$d}\"|[!#-\\[\\]-~]{1,%1$d})$".formatted(LONGEST);

  private static final Pattern STRING =
      Pattern.compile("\"((?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\])+)\"");
  private static final Pattern BARE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]+");

  private IdempotencyKeys() {}

  /**
   * The key of a request, if it has one. Takes the headers as they came: where the framework hands
   * over the values of one, it leaves empty ones out.
   *
   * @throws ProblemException 400 for more than one, and for what is no key
   */
  static Optional<String> of(HttpHeaders headers) {
    return parse(values(headers));
  }

  private static List<String> values(HttpHeaders headers) {
    return headers.getRequestHeaders().getOrDefault(HEADER, List.of());
  }

  /**
   * The key of a request, if it has one.
   *
   * @param values of the header
   * @throws ProblemException 400 for more than one, and for what is no key
   */
  static Optional<String> parse(List<String> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    if (values.size() > 1) {
      throw refused();
    }
    String value = values.getFirst().strip();
    Matcher string = STRING.matcher(value);
    String key =
        string.matches()
            ? string.group(1).replaceAll("\\\\(.)", "$1")
            : BARE.matcher(value).matches() ? value : "";
    if (key.isEmpty() || key.length() > LONGEST) {
      throw refused();
    }
    return Optional.of(key);
  }

  private static ProblemException refused() {
    return new ProblemException(
        ProblemType.INVALID_PARAMETER,
        HEADER
            + " must be one text of 1 to "
            + LONGEST
            + " printable ASCII characters; without spaces the quotes around it may be left out");
  }

  /**
   * Refuses a key where it would promise what is not done: who sends one counts on the first answer
   * when sending it again. With GET and DELETE, which may be repeated anyway, it means nothing and
   * is passed over, as by other APIs.
   *
   * @param headers of a PATCH, as they came
   * @throws ProblemException 400 if there is any, be it empty
   */
  static void refuseInPatch(HttpHeaders headers) {
    if (!values(headers).isEmpty()) {
      throw new ProblemException(
          ProblemType.INVALID_PARAMETER,
          HEADER + " is for POST; If-Match keeps a PATCH from being done twice");
    }
  }

  /**
   * Tells a request from all others: its key counts for one caller and one path only.
   *
   * @return 64 hexadecimal digits, from which nobody learns the key
   */
  static String id(Caller caller, String path, String key) {
    MessageDigest digest = sha256();
    for (String part : List.of(caller.tenant().value(), caller.subject(), path, key)) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return hexadecimal(digest);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String hexadecimal(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
