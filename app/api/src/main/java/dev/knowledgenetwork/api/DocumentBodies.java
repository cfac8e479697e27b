package dev.knowledgenetwork.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knowledgenetwork.domain.Change;
import dev.knowledgenetwork.domain.CreateDocument;
import dev.knowledgenetwork.domain.DocumentId;
import dev.knowledgenetwork.domain.DocumentRules;
import dev.knowledgenetwork.domain.DocumentStatus;
import dev.knowledgenetwork.domain.PatchDocument;
import dev.knowledgenetwork.domain.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies into commands. Strict: unknown or repeated fields, other types and trailing
 * text are refused, and all that is wrong is reported at once.
 */
final class DocumentBodies {

  /** Largest body, in bytes: a document of the largest content, with room for escapes. */
  static final int LARGEST = 2 << 20;

  private static final Set<String> FIELDS =
      Set.of("title", "content", "status", "collection", "tags");
  private static final String STATUS_NAMES = "must be one of DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED";

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10)
                          .maxStringLength(LARGEST)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
          .build();

  private DocumentBodies() {}

  /**
   * The wish for a new document.
   *
   * @throws ProblemException 400, 413 or 422
   */
  static CreateDocument create(InputStream body, Caller caller) {
    Fields fields = new Fields(object(body));
    String title = fields.read("title", DocumentBodies::text, "must be a string");
    if (title == null && !fields.refused("title")) {
      fields.violations.add(new Violation("title", "is required"));
    }
    CreateDocument command =
        new CreateDocument(
            caller.tenant(),
            caller.subject(),
            title == null ? "-" : title,
            orElse(fields.read("content", DocumentBodies::text, "must be a string"), ""),
            orElse(
                fields.read("status", DocumentBodies::status, STATUS_NAMES), DocumentStatus.DRAFT),
            fields.read("collection", DocumentBodies::text, "must be a string"),
            orElse(fields.tags(), List.of()));
    fields.violations.addAll(DocumentRules.violations(command));
    refuse(fields.violations);
    return command;
  }

  /**
   * The wish to change a document (RFC 7396): absent fields stay, null empties.
   *
   * @throws ProblemException 400, 413 or 422
   */
  static PatchDocument patch(InputStream body, Caller caller, DocumentId id, long version) {
    Fields fields = new Fields(object(body));
    PatchDocument command =
        new PatchDocument(
            caller.tenant(),
            id,
            version,
            fields.change("title", DocumentBodies::text, "must be a string"),
            fields.change("content", DocumentBodies::text, "must be a string"),
            fields.change("status", DocumentBodies::status, STATUS_NAMES),
            fields.change("collection", DocumentBodies::text, "must be a string"),
            fields.isNull("tags") ? Change.clear() : change(fields.tags()));
    fields.violations.addAll(DocumentRules.violations(command));
    refuse(fields.violations);
    return command;
  }

  private static <T> Change<T> change(@Nullable T value) {
    return value == null ? Change.keep() : Change.to(value);
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static void refuse(List<Violation> violations) {
    if (!violations.isEmpty()) {
      throw ProblemException.invalid(violations);
    }
  }

  private static ObjectNode object(InputStream body) {
    try {
      byte[] bytes = body.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new ProblemException(
            ProblemType.BODY_TOO_LARGE, "A body has at most " + LARGEST + " bytes");
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

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  private static @Nullable DocumentStatus status(JsonNode node) {
    for (DocumentStatus status : DocumentStatus.values()) {
      if (node.isTextual() && status.name().equals(node.textValue())) {
        return status;
      }
    }
    return null;
  }

  /** The fields of one body, and what is wrong with them so far. */
  private static final class Fields {
    private final ObjectNode object;
    private final List<Violation> violations = new ArrayList<>();

    Fields(ObjectNode object) {
      this.object = object;
      for (String name : (Iterable<String>) object::fieldNames) {
        if (!FIELDS.contains(name)) {
          violations.add(new Violation(name, "is not a known field"));
        }
      }
    }

    boolean isNull(String name) {
      JsonNode node = object.get(name);
      return node != null && node.isNull();
    }

    boolean refused(String name) {
      return violations.stream().anyMatch(violation -> violation.field().equals(name));
    }

    /** The value, or null where the field is absent, null or of another type (a violation). */
    <T> @Nullable T read(String name, Function<JsonNode, @Nullable T> reader, String rule) {
      JsonNode node = object.get(name);
      if (node == null || node.isNull()) {
        return null;
      }
      T value = reader.apply(node);
      if (value == null) {
        violations.add(new Violation(name, rule));
      }
      return value;
    }

    <T> Change<T> change(String name, Function<JsonNode, @Nullable T> reader, String rule) {
      if (isNull(name)) {
        return Change.clear();
      }
      return DocumentBodies.change(read(name, reader, rule));
    }

    @Nullable List<String> tags() {
      JsonNode node = object.get("tags");
      if (node == null || node.isNull()) {
        return null;
      }
      List<String> tags = new ArrayList<>();
      boolean sound = node.isArray();
      for (JsonNode tag : node) {
        sound &= tag.isTextual();
        tags.add(tag.asText());
      }
      if (!sound) {
        violations.add(new Violation("tags", "must be an array of strings"));
      }
      return sound ? tags : null;
    }
  }
}
