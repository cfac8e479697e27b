package dev.knowledgenetwork.server;

import static dev.knowledgenetwork.server.ApiClient.DOCUMENTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests with an Idempotency-Key, over HTTP. */
class IdempotencyIT {

  private static final String BODY = "{\"title\":\"Once\"}";

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    server = platform.start("api").awaitReady();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void aRepeatedRequestGetsTheFirstAnswerAlsoAfterTheDocumentHasChanged() {
    ApiClient ann = client(server, "acme", "ann");
    ApiClient.Answer first = post(ann, "\"k-1\"", BODY);
    assertThat(first.status()).isEqualTo(201);
    String id = first.json().get("id").textValue();
    assertThat(ann.patch(id, "\"1\"", "{\"title\":\"Changed\"}").status()).isEqualTo(200);

    ApiClient.Answer again = post(ann, "\"k-1\"", BODY);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    for (String header : new String[] {"location", "etag", "content-type", "cache-control"}) {
      assertThat(again.header(header)).as(header).isNotEmpty().isEqualTo(first.header(header));
    }
    assertThat(ann.get(DOCUMENTS + "/" + id).json().get("title").textValue()).isEqualTo("Changed");
  }

  @Test
  void anotherBodyIsRefusedAndSaysWhatToDo() {
    ApiClient ann = client(server, "acme", "ann");
    post(ann, "k-2", BODY);
    ApiClient.Answer refused = post(ann, "k-2", "{\"title\":\"Other\"}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().get("type").textValue()).endsWith("/idempotency-key-reused");
    assertThat(refused.json().get("detail").textValue()).contains("new key");
  }

  @Test
  void aKeyBelongsToTheCallerWhoSentIt() {
    Set<String> ids = new HashSet<>();
    for (ApiClient client :
        new ApiClient[] {
          client(server, "acme", "ann"), client(server, "acme", "bob"), client(server, "b", "ann")
        }) {
      ids.add(post(client, "k-3", BODY).json().get("id").textValue());
    }
    assertThat(ids).hasSize(3);
  }

  @Test
  void aRequestThatWasRefusedLeavesItsKeyFree() {
    ApiClient ann = client(server, "acme", "ann");
    assertThat(post(ann, "k-4", "{}").status()).isEqualTo(422);
    assertThat(post(ann, "k-4", BODY).status()).isEqualTo(201);
  }

  @Test
  void whatIsNoKeyIsAProblemAndCreatesNothing() {
    ApiClient client = client(server, "no-key", "ann");
    ApiClient.Answer refused = post(client, "x".repeat(256), BODY);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("detail").textValue()).contains("Idempotency-Key");
    assertThat(client.get(DOCUMENTS).json().get("items")).isEmpty();
  }

  static Stream<List<String>> linesWithoutAKey() {
    return Stream.of(List.of(""), List.of(" "), List.of("", "k"), List.of("k", ""));
  }

  @ParameterizedTest
  @MethodSource("linesWithoutAKey")
  void anEmptyKeyIsNoneTheLessAKeyThatIsWrong(List<String> lines) {
    try (RawClient client = RawClient.connect(platform.http(), server)) {
      client.write("POST " + DOCUMENTS + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
      client.write("Authorization: Bearer " + platform.issuer().token("empty", "ann", "writer"));
      lines.forEach(line -> client.write("\r\nIdempotency-Key: " + line));
      client.request("", "Content-Type: application/json", "Content-Length: " + BODY.length());
      assertThat(client.write(BODY).rest()).startsWith("HTTP/1.1 400").contains("Idempotency-Key");
    }
    assertThat(client(server, "empty", "ann").get(DOCUMENTS).json().get("items")).isEmpty();
  }

  @Test
  void openApiDescribesTheHeader() {
    JsonNode document = client(server, "acme", "ann").get("/api/v1/openapi?format=json").json();
    JsonNode parameter = document.at("/paths/~1api~1v1~1documents/post/parameters/0");
    assertThat(parameter.get("name").textValue()).isEqualTo("Idempotency-Key");
    assertThat(parameter.get("in").textValue()).isEqualTo("header");
    assertThat("short").matches(parameter.at("/schema/pattern").textValue());
    assertThat("k".repeat(256)).doesNotMatch(parameter.at("/schema/pattern").textValue());
  }

  @Test
  void aServerKilledAtAnyMomentLosesNothingAndDoublesNothingWhenAllIsSentAgain() {
    Map<String, String> acknowledged = new HashMap<>();
    AtomicInteger sent = new AtomicInteger();
    for (int kill = 0; kill < 3; kill++) {
      try (RunningServer mortal = platform.start("api").awaitReady()) {
        ApiClient client = client(mortal, "killed", "ann");
        int end = sent.get() + 15;
        Thread writer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        while (true) {
                          String key = "key-" + sent.get();
                          String id = post(client, key, BODY).json().get("id").textValue();
                          acknowledged.put(key, id);
                          sent.incrementAndGet();
                        }
                      } catch (UncheckedIOException e) {
                        // Killed with this request under way; the next server is sent it again.
                      }
                    });
        Awaitility.await().until(() -> sent.get() >= end);
        mortal.kill();
        Awaitility.await().until(() -> !writer.isAlive());
      }
    }
    ApiClient client = client(server, "killed", "ann");
    Set<String> ids = new HashSet<>();
    for (int n = 0; n <= sent.get(); n++) {
      String id = post(client, "key-" + n, BODY).json().get("id").textValue();
      assertThat(acknowledged.getOrDefault("key-" + n, id)).isEqualTo(id);
      ids.add(id);
    }
    assertThat(ids).hasSize(sent.get() + 1);
    assertThat(documents(client)).isEqualTo(ids);
  }

  private static Set<String> documents(ApiClient client) {
    Set<String> ids = new HashSet<>();
    String cursor = "";
    do {
      JsonNode page = client.get(DOCUMENTS + "?limit=100" + cursor).json();
      page.get("items").forEach(item -> ids.add(item.get("id").textValue()));
      cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").textValue();
    } while (!cursor.isEmpty());
    return ids;
  }

  private static ApiClient client(RunningServer to, String tenant, String subject) {
    return new ApiClient(
        platform.http(), to, platform.issuer().token(tenant, subject, "reader", "writer"));
  }

  private static ApiClient.Answer post(ApiClient client, String key, String body) {
    ApiClient.Answer answer;
    do {
      answer =
          client.send(
              "POST", DOCUMENTS, body, "Content-Type", "application/json", "Idempotency-Key", key);
      // A transaction outlives its server until PostgreSQL notices.
    } while (answer.status() == 409);
    return answer;
  }
}
