package dev.knowledgenetwork.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.knowledgenetwork.kernel.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every answer that is no success (RFC 9457).
 *
 * @param type identifies the kind of problem
 * @param title one line, the same for each problem of the type
 * @param status the status code again
 * @param detail what is wrong this time and what to do
 * @param instance path of the request
 * @param violations every rule that the request breaks; only where there are any
 */
public record ProblemDocument(
    String type,
    String title,
    int status,
    @Nullable @JsonInclude(Include.NON_NULL) String detail,
    String instance,
    @JsonInclude(Include.NON_EMPTY) List<Violation> violations) {

  /** Its media type. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** A problem that is not of the body's fields. */
  public static ProblemDocument of(ProblemType type, String detail, String instance) {
    return new ProblemDocument(
        type.uri(), type.title(), type.status(), detail, instance, List.of());
  }

  /** Its text, for whoever answers before JAX-RS does. */
  public String json() {
    return JsonWriter.text(this);
  }
}
