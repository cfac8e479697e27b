package dev.knowledgenetwork.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/**
 * A user of the platform's API. It opens a new connection where the last one broke and, unless
 * {@linkplain #patient() patient}, never retries: what an answer means is for the test to decide.
 */
public final class ApiClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int UNAVAILABLE = 503;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final HttpClient http;
  private final URI base;
  private final String token;
  private final Duration patience;

  ApiClient(URI base, SSLContext trust, String token) {
    this(
        HttpClient.newBuilder()
            .sslContext(trust)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build(),
        base,
        token,
        Duration.ZERO);
  }

  private ApiClient(HttpClient http, URI base, String token, Duration patience) {
    this.http = http;
    this.base = base;
    this.token = token;
    this.patience = patience;
  }

  /**
   * The same user, who asks again for up to a minute where no answer comes or it is 503: for tests
   * of something else than availability, while other platforms keep the machine busy. A repeated
   * POST may create twice.
   */
  public ApiClient patient() {
    return new ApiClient(http, base, token, Duration.ofMinutes(1));
  }

  /** An answer: status, headers, JSON body (null node where there is none). */
  public record Answer(int status, Map<String, java.util.List<String>> headers, JsonNode body) {

    /** The first value of a header; fails where it is missing. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(e -> e.getKey().equalsIgnoreCase(name))
          .map(e -> e.getValue().getFirst())
          .findFirst()
          .orElseThrow(() -> new AssertionError("no header " + name + " in " + headers));
    }
  }

  public Answer create(String title, String content) throws IOException, InterruptedException {
    return send(
        "POST",
        "/api/v1/documents",
        Map.of("Content-Type", "application/json"),
        JSON.writeValueAsString(Map.of("title", title, "content", content)));
  }

  public Answer get(String id) throws IOException, InterruptedException {
    return send("GET", "/api/v1/documents/" + id, Map.of(), "");
  }

  /** Sends a request with the client's token; at most 5 s, and again as long as it is patient. */
  public Answer send(String method, String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(patience);
    while (Instant.now().isBefore(end)) {
      try {
        Answer answer = sendOnce(method, path, headers, body);
        if (answer.status() != UNAVAILABLE) {
          return answer;
        }
      } catch (IOException e) {
        // No answer; the last attempt below says so.
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return sendOnce(method, path, headers, body);
  }

  private Answer sendOnce(String method, String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(5))
            .header("Authorization", "Bearer " + token)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.headers().map(), parse(response.body()));
  }

  private static JsonNode parse(String body) {
    try {
      return body.isEmpty() ? JSON.nullNode() : JSON.readTree(body);
    } catch (IOException e) {
      return JSON.getNodeFactory().textNode(body);
    }
  }
}
