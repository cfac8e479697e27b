package dev.knowledgenetwork.web;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a read of one resource, whoever writes it.
 *
 * @param tag of the version that is there
 * @param body of a 200, not to be changed; null for a 304, as the client has it
 */
public record ReadyAnswer(String tag, byte @Nullable [] body) {

  /** Answers belong to one caller and are checked again before each use. */
  static final String CACHING = "private, no-cache";

  /** Bodies that are written as they are say what those say that are made for one answer. */
  static final MediaType JSON = MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8");

  private static final String JSON_TEXT = JSON.toString();

  /** Its status code. */
  public int status() {
    return (body == null ? Response.Status.NOT_MODIFIED : Response.Status.OK).getStatusCode();
  }

  /** Its headers, but for the length of the body. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(HttpHeaders.ETAG, tag);
    headers.put(HttpHeaders.CACHE_CONTROL, CACHING);
    if (body != null) {
      headers.put(HttpHeaders.CONTENT_TYPE, JSON_TEXT);
    }
    return headers;
  }

  /** For JAX-RS. */
  Response response() {
    Response.ResponseBuilder answer =
        body == null ? Response.notModified() : Response.ok(body, JSON);
    return answer.header(HttpHeaders.ETAG, tag).header(HttpHeaders.CACHE_CONTROL, CACHING).build();
  }
}
