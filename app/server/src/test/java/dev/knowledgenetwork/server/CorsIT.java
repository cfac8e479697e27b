package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.server.ApiClient.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Browsers ask before they let a web site call: who is named may, nobody else. */
class CorsIT {

  private static final String SITE = "https://app.example.org";
  private static final String ALLOWED = "Access-Control-Allow-Origin";

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer open;
  private static RunningServer closed;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    open =
        platform
            .start(
                "api",
                Map.of(
                    "KN_CORS_ENABLED", "true",
                    "KN_CORS_ORIGINS", "https://admin.example.org," + SITE,
                    "KN_CORS_MAX_AGE", "600s"))
            .awaitReady();
    closed = platform.start("api").awaitReady();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void aSiteThatIsNamedMayCallWithTokenAndTags() {
    Answer answer = preflight(open, SITE);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header(ALLOWED)).isEqualTo(SITE);
    assertThat(answer.header("Access-Control-Allow-Methods")).contains("PATCH");
    assertThat(answer.header("Access-Control-Allow-Headers"))
        .containsIgnoringCase("authorization")
        .containsIgnoringCase("if-match");
    assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isNotEqualTo("true");
  }

  @Test
  void anAnswerToItCanBeReadWithItsTag() {
    ApiClient client =
        new ApiClient(
            platform.http(), open, platform.issuer().token("acme", "ann", "reader", "writer"));
    Answer answer =
        client.send(
            "POST",
            ApiClient.DOCUMENTS,
            "{\"title\":\"t\"}",
            "Content-Type",
            "application/json",
            "Origin",
            SITE);
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header(ALLOWED)).isEqualTo(SITE);
    assertThat(answer.header("Access-Control-Expose-Headers")).contains("ETag");
  }

  @Test
  void aSiteThatIsNamedMayFollowEvents() {
    RunningServer realtime =
        platform
            .start("realtime", Map.of("KN_CORS_ENABLED", "true", "KN_CORS_ORIGINS", SITE))
            .awaitReady();
    String token = platform.issuer().token("acme", "ann", "reader");
    Answer issued =
        new ApiClient(platform.http(), realtime, token)
            .send("POST", EventClient.EVENTS + "/tickets", "", "Origin", SITE);
    assertThat(issued.status()).isEqualTo(201);
    assertThat(issued.header(ALLOWED)).isEqualTo(SITE);
    try (EventClient events = EventClient.open(platform.http(), realtime, token, "Origin", SITE)) {
      assertThat(events.header(ALLOWED)).isEqualTo(SITE);
    }
  }

  @Test
  void anotherSiteIsRefused() {
    Answer answer = preflight(open, "https://evil.example.org");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header(ALLOWED)).isEmpty();
  }

  @Test
  void withoutAWordNoSiteMayCall() {
    assertThat(preflight(closed, SITE).header(ALLOWED)).isEmpty();
  }

  private static Answer preflight(RunningServer server, String origin) {
    return new ApiClient(platform.http(), server, "")
        .send(
            "OPTIONS",
            ApiClient.DOCUMENTS + "/019a0000-0000-7000-8000-000000000001",
            null,
            "Origin",
            origin,
            "Access-Control-Request-Method",
            "PATCH",
            "Access-Control-Request-Headers",
            "authorization,if-match");
  }
}
