package dev.knowledgenetwork.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads bodies as JSON objects: no repeated fields, no trailing text, bounded in size and depth.
 *
 * @param largest most bytes of a body
 * @param announced whether it was said how many bytes come; otherwise the most are {@link
 *     ResourceBodies#LARGEST_UNANNOUNCED}, for which there is room
 */
record JsonReader(int largest, boolean announced) {

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10)
                          // Bodies are bounded before they are parsed.
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // So that 1.0 is a whole number and 9007199254740993.0 the one it says.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
          .build();

  /**
   * The object in a body.
   *
   * @throws ProblemException 400 for what is no JSON object, 413 for what is larger
   */
  ObjectNode object(InputStream body) {
    try {
      int most = announced ? largest : Math.min(largest, ResourceBodies.LARGEST_UNANNOUNCED);
      byte[] bytes = body.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new ProblemException(
            ProblemType.BODY_TOO_LARGE,
            "A body has at most "
                + most
                + " bytes"
                + (most < largest ? ", " + largest + " with a Content-Length" : ""));
      }
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new ProblemException(ProblemType.MALFORMED_BODY, "The body must be a JSON object");
    } catch (JsonProcessingException e) {
      throw new ProblemException(ProblemType.MALFORMED_BODY, reason(e));
    } catch (IOException e) {
      throw new ProblemException(ProblemType.MALFORMED_BODY, "The body ended too early");
    }
  }

  /** Where, but not what: the parser's own message quotes the body. */
  private static String reason(JsonProcessingException e) {
    return e.getLocation() == null
        ? "The body is not JSON"
        : "The body is not JSON at line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr();
  }
}
