package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are refused, and exactly how. */
class RefusalsIT {

  private static final String DOCUMENTS = "/api/v1/documents";
  private static final String JSON = "application/json";
  private static final String PATCH = "application/merge-patch+json";
  private static final String NO_SUCH_ID = "/019a0000-0000-7000-8000-000000000001";

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer server;
  private static String existing;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    server = platform.start("api").awaitReady();
    existing = DOCUMENTS + "/" + client().create("{\"title\":\"t\"}").json().get("id").textValue();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  private static ApiClient client() {
    return new ApiClient(
        platform.http(), server, platform.issuer().token("acme", "ann", "reader", "writer"));
  }

  /** A request and the problem it must get; {@code {existing}} is the path of a document. */
  private record Refusal(
      String method,
      String path,
      String body,
      List<String> headers,
      int status,
      String type,
      String detail,
      List<String> violations) {

    static Refusal of(String method, String path, int status, String type, String detail) {
      return new Refusal(method, path, null, List.of(), status, type, detail, List.of());
    }

    Refusal with(String... more) {
      List<String> all = new ArrayList<>(headers);
      all.addAll(List.of(more));
      return new Refusal(method, path, body, all, status, type, detail, violations);
    }

    Refusal sending(String text) {
      return new Refusal(method, path, text, headers, status, type, detail, violations);
    }

    Refusal because(String... broken) {
      return new Refusal(method, path, body, headers, status, type, detail, List.of(broken));
    }

    Refusal andStatus(int newStatus, String newType, String newDetail) {
      return new Refusal(method, path, body, headers, newStatus, newType, newDetail, violations);
    }

    @Override
    public String toString() {
      String shown = body == null ? "" : body.substring(0, Math.min(60, body.length()));
      return method + " " + path + " " + headers + " " + shown;
    }
  }

  private static Refusal invalid(String body, String... violations) {
    int count = violations.length;
    String detail = count + (count == 1 ? " rule is" : " rules are") + " broken; see violations";
    return Refusal.of("POST", DOCUMENTS, 422, "invalid-resource", detail)
        .with("Content-Type", JSON)
        .sending(body)
        .because(violations);
  }

  private static Refusal malformed(String body, String detail) {
    return Refusal.of("POST", DOCUMENTS, 400, "malformed-body", detail)
        .with("Content-Type", JSON)
        .sending(body);
  }

  private static Refusal parameter(String query, String detail) {
    return Refusal.of("GET", DOCUMENTS + "?" + query, 400, "invalid-parameter", detail);
  }

  private static Refusal cursor(String cursor) {
    return Refusal.of(
        "GET",
        DOCUMENTS + "?cursor=" + cursor,
        400,
        "invalid-cursor",
        "Use the value of 'next' unchanged, with the same filters and order, or begin without a"
            + " cursor");
  }

  private static Refusal patch(int status, String type, String detail) {
    return Refusal.of("PATCH", "{existing}", status, type, detail)
        .with("Content-Type", PATCH)
        .sending("{\"title\":\"n\"}");
  }

  private static Refusal patchOf(String body, String... violations) {
    Refusal sample = invalid(body, violations);
    return patch(422, "invalid-resource", sample.detail())
        .with("If-Match", "\"1\"")
        .sending(body)
        .because(violations);
  }

  static Stream<Refusal> refusals() {
    String aLine = "x".repeat(301);
    String notOneTag = "If-Match must be one entity tag, such as \"7\"";
    String noSuch = "No such document";
    String noKey = "Idempotency-Key is for POST; If-Match keeps a PATCH from being done twice";
    String nothing = "Nothing is served at this path; GET /api/v1/openapi tells what is";
    return Stream.of(
        malformed("", "The body must be a JSON object"),
        malformed("[]", "The body must be a JSON object"),
        malformed("\"title\"", "The body must be a JSON object"),
        malformed("{\"title\":", "The body is not JSON at line 1, column 10"),
        malformed("{\"title\":\"a\"} x", "The body is not JSON at line 1, column 15"),
        malformed("{\"title\":\"a\",\"title\":\"b\"}", "The body is not JSON at line 1, column 21"),
        malformed("[".repeat(2000), "The body is not JSON"),
        invalid("{}", "title: is required"),
        invalid("{\"title\":null}", "title: is required"),
        invalid("{\"title\":\" \"}", "title: must not be empty"),
        invalid("{\"title\":5}", "title: must be a string"),
        invalid("{\"title\":\"" + aLine + "\"}", "title: must be at most 300 characters"),
        invalid("{\"title\":\"a\\nb\"}", "title: must not contain control characters"),
        invalid("{\"title\":\"a\",\"autor\":\"x\"}", "autor: is not a known field"),
        invalid("{\"title\":\"a\",\"id\":\"x\"}", "id: is not a known field"),
        invalid(
            "{\"title\":\"a\",\"status\":\"DONE\"}",
            "status: must be one of DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED"),
        invalid("{\"title\":\"a\",\"tags\":\"x\"}", "tags: must be an array of strings"),
        invalid("{\"title\":\"a\",\"tags\":[1]}", "tags: must be an array of strings"),
        invalid("{\"title\":\"a\",\"tags\":[\"x\",\"x\"]}", "tags[1]: must not be given twice"),
        invalid(
            "{\"title\":\"a\",\"collection\":\"notes\"}",
            "collection: must be the id of one of the collections"),
        invalid(
            "{\"title\":\"a\",\"collection\":\"" + NO_SUCH_ID.substring(1) + "\"}",
            "collection: must be the id of something that is there"),
        invalid("{\"title\":\"a\\u0000b\"}", "title: must not contain control characters"),
        invalid("{\"a\\u0000b\":1,\"title\":\"a\"}", "a\0b: is not a known field"),
        Refusal.of("GET", DOCUMENTS + "/%00", 404, "not-found", noSuch),
        parameter(
            "collection=%00", "'collection' must be the id of one of the collections, or 'none'"),
        parameter("status=%00", "'status' must be one of DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED"),
        parameter("a%00=1", "'a\0' is not a known parameter"),
        parameter("sort=order", "'sort' is not a known parameter"),
        cursor("%00"),
        invalid(
            "{\"title\":\"a\",\"content\":\"a\\u0000b\"}",
            "content: must not contain U+0000 or unpaired surrogates"),
        invalid(
            "{\"title\":\"a\",\"content\":\"" + "x".repeat((1 << 20) + 1) + "\"}",
            "content: must be at most 1048576 bytes of UTF-8"),
        invalid(
            "{\"title\":\"\",\"content\":1,\"status\":2,\"tags\":[\"\"],\"x\":0,\"y\":0}",
            "x: is not a known field",
            "y: is not a known field",
            "content: must be a string",
            "status: must be one of DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED",
            "title: must not be empty",
            "tags[0]: must not be empty"),
        malformed("{\"title\":\"a\",\"content\":\"" + "x".repeat(15 << 19) + "\"}", "")
            .andStatus(413, "body-too-large", "A body has at most 7340032 bytes"),
        Refusal.of(
                "POST",
                DOCUMENTS,
                415,
                "unsupported-media-type",
                "Content-Type must be application/json")
            .with("Content-Type", "text/plain")
            .sending("x"),
        Refusal.of(
                "PATCH",
                "{existing}",
                415,
                "unsupported-media-type",
                "Content-Type must be application/merge-patch+json")
            .with("Content-Type", JSON, "If-Match", "\"1\"")
            .sending("{}"),
        Refusal.of(
                "PUT",
                "{existing}",
                405,
                "method-not-allowed",
                "This path has DELETE, GET, HEAD, OPTIONS, PATCH")
            .with("Content-Type", JSON)
            .sending("{}"),
        Refusal.of(
            "DELETE",
            DOCUMENTS,
            405,
            "method-not-allowed",
            "This path has GET, HEAD, OPTIONS, POST"),
        Refusal.of("GET", "{existing}", 406, "not-acceptable", "Accept must allow application/json")
            .with("Accept", "text/html"),
        Refusal.of("GET", DOCUMENTS + NO_SUCH_ID, 404, "not-found", noSuch),
        Refusal.of("GET", DOCUMENTS + "/not-an-id", 404, "not-found", noSuch),
        Refusal.of("DELETE", DOCUMENTS + NO_SUCH_ID, 404, "not-found", noSuch),
        Refusal.of("GET", DOCUMENTS + "/a/b", 404, "not-found", nothing),
        Refusal.of("GET", "/api/v1/nothing", 404, "not-found", nothing),
        Refusal.of("GET", "/api/v1/nothing/at/all", 404, "not-found", nothing),
        Refusal.of("GET", "/", 404, "not-found", nothing),
        Refusal.of("GET", "/q/metrics", 404, "not-found", nothing),
        parameter("limit=0", "'limit' must be a whole number from 1 to 100"),
        parameter("limit=-1", "'limit' must be a whole number from 1 to 100"),
        parameter("limit=101", "'limit' must be a whole number from 1 to 100"),
        parameter("limit=ten", "'limit' must be a whole number from 1 to 100"),
        parameter("limit=", "'limit' must be a whole number from 1 to 100"),
        parameter("status=done", "'status' must be one of DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED"),
        parameter("states=DRAFT", "'states' is not a known parameter"),
        parameter("limit=1&limit=2", "'limit' must be given once"),
        cursor("nonsense"),
        cursor("AQ"),
        cursor("AQGaAAAAAHAAgAAAAAAAAAEAAAAAAAAAAA"),
        patch(428, "version-required", "Send If-Match with the ETag of the version you read"),
        patch(400, "invalid-parameter", notOneTag).with("If-Match", "*"),
        patch(400, "invalid-parameter", notOneTag).with("If-Match", "1"),
        patch(400, "invalid-parameter", notOneTag).with("If-Match", "\"1\", \"2\""),
        patch(412, "version-mismatch", "Read the document again, then repeat the change")
            .with("If-Match", "\"7\""),
        patch(412, "version-mismatch", "Read the document again, then repeat the change")
            .with("If-Match", "W/\"1\""),
        patch(412, "version-mismatch", "Read the document again, then repeat the change")
            .with("If-Match", "\"x\""),
        patch(400, "invalid-parameter", noKey).with("If-Match", "\"1\"", "Idempotency-Key", "key"),
        patch(400, "invalid-parameter", noKey).with("If-Match", "\"1\"", "Idempotency-Key", ""),
        patchOf("{\"title\":null}", "title: must not be null"),
        patchOf("{\"version\":9}", "version: is not a known field"),
        patchOf(
            "{\"status\":true}", "status: must be one of DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void isRefused(Refusal refusal) {
    String path = refusal.path().replace("{existing}", existing);
    ApiClient.Answer answer =
        client()
            .send(refusal.method(), path, refusal.body(), refusal.headers().toArray(String[]::new));

    Problems.assertProblem(answer, refusal.status(), refusal.type(), refusal.detail(), path);
    List<String> violations = new ArrayList<>();
    answer
        .json()
        .path("violations")
        .forEach(
            violation ->
                violations.add(
                    violation.get("field").textValue()
                        + ": "
                        + violation.get("message").textValue()));
    assertThat(violations).containsExactlyElementsOf(refusal.violations());
  }

  @Test
  void aConflictTellsTheCurrentVersion() {
    ApiClient.Answer answer =
        client().patch(existing.substring(existing.lastIndexOf('/') + 1), "\"9\"", "{}");

    assertThat(answer.status()).isEqualTo(412);
    assertThat(answer.header("ETag")).isEqualTo("\"1\"");
  }

  @Test
  void aMethodThatAPathDoesNotHaveIsAnsweredWithThoseItHas() {
    ApiClient.Answer answer = client().send("PUT", DOCUMENTS, "{}", "Content-Type", JSON);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
  }

  @Test
  void aKeyMeansNothingWhereRepeatingIsHarmlessAnyway() {
    assertThat(client().get(existing, "Idempotency-Key", "key").status()).isEqualTo(200);
    String id = client().create("{\"title\":\"t\"}").json().get("id").textValue();
    assertThat(client().delete(id, "Idempotency-Key", "key").status()).isEqualTo(204);
  }

  @Test
  void plainHttpIsNotSpoken() throws Exception {
    try (Socket socket = new Socket("localhost", server.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer)).doesNotContain("HTTP/1.1 200").doesNotContain("HTTP/1.1 404");
    }
  }
}
