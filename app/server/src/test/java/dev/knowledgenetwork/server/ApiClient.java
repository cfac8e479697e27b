package dev.knowledgenetwork.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Talks to one server with one token. */
record ApiClient(HttpClient http, RunningServer server, String token) {

  static final String DOCUMENTS = "/api/v1/documents";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An answer. */
  record Answer(int status, String body, HttpResponse<String> raw) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("not JSON: " + body, e);
      }
    }

    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }
  }

  Answer create(String json) {
    return createAt(DOCUMENTS, json);
  }

  Answer createAt(String path, String json) {
    return send("POST", path, json, "Content-Type", "application/json");
  }

  Answer patchAt(String path, String tag, String json) {
    return send(
        "PATCH", path, json, "Content-Type", "application/merge-patch+json", "If-Match", tag);
  }

  Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  Answer patch(String id, String tag, String json) {
    return patchAt(DOCUMENTS + "/" + id, tag, json);
  }

  Answer delete(String id, String... headers) {
    return send("DELETE", DOCUMENTS + "/" + id, null, headers);
  }

  Answer send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!token.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
