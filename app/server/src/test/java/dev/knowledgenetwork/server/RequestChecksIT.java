package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that no HTTP client library sends: their refusals are problems, and no errors of ours.
 */
class RequestChecksIT {

  private static final String DOCUMENTS = ApiClient.DOCUMENTS;

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer server;
  private static String authorization;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    server = platform.start("api", Map.of("QUARKUS_HTTP_READ_TIMEOUT", "2s")).awaitReady();
    authorization =
        "Authorization: Bearer " + platform.issuer().token("acme", "ann", "reader", "writer");
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @AfterEach
  void theLogHasNoErrorForWhatAClientDid() {
    assertThat(server.log()).doesNotContain("\"ERROR\"").doesNotContain("stackTrace");
  }

  private static String answer(String... lines) {
    try (RawClient client = RawClient.connect(platform.http(), server)) {
      return client.request(lines).rest();
    }
  }

  private static void assertProblem(String answer, int status, String type, String detail) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer.toLowerCase(Locale.ROOT)).contains("content-type: application/problem+json");
    assertThat(answer).contains("https://knowledgenetwork.dev/problems/" + type + "\"", detail);
  }

  static Stream<List<String>> badHosts() {
    return Stream.of(
            "exa mple", "<x>", "a:b", "a:99999", "a/b", "a@b", "a%zz", "a\r\nHost: b", "\u00e4")
        .flatMap(
            host ->
                Stream.of(
                    List.of("GET " + DOCUMENTS + " HTTP/1.1", "Host: " + host, "A: b"),
                    List.of("GET " + DOCUMENTS + " HTTP/1.1", "Host: " + host, authorization),
                    List.of("GET /api/v1/openapi HTTP/1.1", "Host: " + host, "A: b")));
  }

  @ParameterizedTest
  @MethodSource("badHosts")
  void aHostThatIsNoneIsRefused(List<String> request) {
    assertProblem(
        answer(request.toArray(String[]::new)), 400, "bad-request", "Send one header Host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
  void aRequestWithoutAHostIsRefused(String version) {
    String answer = answer("GET " + DOCUMENTS + " " + version, authorization);
    assertThat(answer).contains(" 400 ").contains("Send one header Host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "[::1]:8443", "a_b.example:1", "127.0.0.1"})
  void aHostThatIsOneIsAccepted(String host) {
    assertThat(
            answer(
                "GET " + DOCUMENTS + " HTTP/1.1",
                "Host: " + host,
                "Connection: close",
                authorization))
        .startsWith("HTTP/1.1 200 ");
  }

  private static String[] post(String... more) {
    return Stream.concat(
            Stream.of(
                "POST " + DOCUMENTS + " HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"11534336", "8388609", "9223372036854775807"})
  void aBodyThatIsAnnouncedAsTooLargeIsRefusedBeforeItComes(String length) {
    assertProblem(
        answer(post(authorization, "Content-Length: " + length)),
        413,
        "body-too-large",
        "at most 8388608 bytes");
  }

  /** Who sends one did not mean any version; some frameworks take it for absent. */
  @Test
  void anEmptyIfMatchDeletesNothing() {
    assertProblem(
        answer(
            "DELETE " + DOCUMENTS + "/01a21f7d-ba53-7000-8dec-b95f56a0b8ee HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "If-Match:",
            authorization),
        400,
        "invalid-parameter",
        "If-Match must be one entity tag");
  }

  @Test
  void aBodyThatComesSlowlyButSteadilyIsRead() {
    String body = "{\"title\":\"slow\"}";
    try (RawClient client = RawClient.connect(platform.http(), server)) {
      client.request(post(authorization, "Connection: close", "Content-Length: " + body.length()));
      // In all longer than nothing may come.
      for (char part : body.toCharArray()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        client.write(String.valueOf(part));
      }
      assertThat(client.rest()).startsWith("HTTP/1.1 201 ");
    }
  }
}
