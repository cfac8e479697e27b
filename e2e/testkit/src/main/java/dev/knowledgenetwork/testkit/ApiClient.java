package dev.knowledgenetwork.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * A user of the platform's API. It opens a new connection where the last one broke and never
 * retries by itself: what an answer means is for the test to decide.
 */
public final class ApiClient {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI base;
  private final String token;

  ApiClient(URI base, SSLContext trust, String token) {
    this.http =
        HttpClient.newBuilder()
            .sslContext(trust)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    this.base = base;
    this.token = token;
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

  /** Sends a request with the client's token; at most 5 s. */
  public Answer send(String method, String path, Map<String, String> headers, String body)
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
