package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.knowledgenetwork.web.ResourceEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents over HTTPS: two servers, two shards, one Redis. */
class DocumentsApiIT {

  private static final String DOCUMENTS = ApiClient.DOCUMENTS;

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer first;
  private static RunningServer second;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    first = platform.start("api");
    second = platform.start("api");
    first.awaitReady();
    second.awaitReady();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  private static ApiClient writer(RunningServer server, String tenant) {
    String token = platform.issuer().token(tenant, "ann", "reader", "writer");
    return new ApiClient(platform.http(), server, token);
  }

  private static String newDocument(ApiClient client, String title) {
    ApiClient.Answer answer = client.create("{\"title\":\"" + title + "\",\"content\":\"text\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().get("id").textValue();
  }

  @Test
  void aDocumentLivesFromCreationToDeletion() {
    ApiClient client = writer(first, "life");
    String collection =
        client.createAt("/api/v1/collections", "{\"name\":\"notes\"}").json().get("id").textValue();
    ApiClient.Answer created =
        client.create(
            """
            {"title":"Plan","content":"Größe 🚀","status":"PUBLISHED","collection":"%s",
             "tags":["a","b"]}
            """
                .formatted(collection));
    assertThat(created.status()).isEqualTo(201);
    String id = created.json().get("id").textValue();
    assertThat(created.header("Location")).endsWith(DOCUMENTS + "/" + id);
    assertThat(created.header("ETag")).isEqualTo("\"1\"");
    assertThat(created.json().get("author").textValue()).isEqualTo("ann");
    Instant at = Instant.parse(created.json().get("createdAt").textValue());
    assertThat(at).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));

    ApiClient.Answer read = client.get(DOCUMENTS + "/" + id);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.json()).isEqualTo(created.json());
    assertThat(read.header("ETag")).isEqualTo("\"1\"");
    assertThat(read.header("Cache-Control")).isEqualTo("private, no-cache");

    ApiClient.Answer known = client.get(DOCUMENTS + "/" + id, "If-None-Match", "\"0\", W/\"1\"");
    assertThat(known.status()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(known.header("ETag")).isEqualTo("\"1\"");

    ApiClient.Answer patched =
        client.patch(id, "\"1\"", "{\"title\":\"New plan\",\"collection\":null}");
    assertThat(patched.status()).as(patched.body()).isEqualTo(200);
    assertThat(patched.header("ETag")).isEqualTo("\"2\"");
    assertThat(patched.json().get("title").textValue()).isEqualTo("New plan");
    assertThat(patched.json().get("content").textValue()).isEqualTo("Größe 🚀");
    assertThat(patched.json().get("collection").isNull()).isTrue();
    assertThat(client.get(DOCUMENTS + "/" + id, "If-None-Match", "\"1\"").json())
        .isEqualTo(patched.json());

    assertThat(client.delete(id, "If-Match", "\"1\"").status()).isEqualTo(412);
    assertThat(client.delete(id, "If-Match", "\"2\"").status()).isEqualTo(204);
    assertThat(client.get(DOCUMENTS + "/" + id).status()).isEqualTo(404);
    assertThat(client.delete(id).status()).isEqualTo(404);
    assertThat(client.get(DOCUMENTS).json().get("items")).isEmpty();
  }

  @Test
  void aListIsPagedByCursorAndFiltered() {
    ApiClient client = writer(first, "pages");
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      made.addFirst(newDocument(client, "Document " + i));
    }
    client.create("{\"title\":\"Other\",\"status\":\"ARCHIVED\"}");

    List<String> seen = new ArrayList<>();
    String path = DOCUMENTS + "?status=DRAFT&limit=10";
    String next = "";
    do {
      JsonNode page = client.get(path + (next.isEmpty() ? "" : "&cursor=" + next)).json();
      page.get("items").forEach(item -> seen.add(item.get("id").textValue()));
      assertThat(page.get("items").get(0).has("content")).isFalse();
      next = page.get("next").isNull() ? "" : page.get("next").textValue();
    } while (!next.isEmpty());
    assertThat(seen).isEqualTo(made);

    assertThat(client.get(DOCUMENTS).json().get("items")).hasSize(20);
    assertThat(client.get(DOCUMENTS + "?limit=100").json().get("items")).hasSize(26);
  }

  @Test
  void anotherTenantSeesNothing() {
    ApiClient owner = writer(first, "owner");
    ApiClient other = writer(first, "other");
    String id = newDocument(owner, "Secret");
    owner.get(DOCUMENTS + "/" + id);

    assertThat(other.get(DOCUMENTS + "/" + id).status()).isEqualTo(404);
    assertThat(other.patch(id, "\"1\"", "{\"title\":\"Mine\"}").status()).isEqualTo(404);
    assertThat(other.delete(id).status()).isEqualTo(404);
    assertThat(other.get(DOCUMENTS).json().get("items")).isEmpty();
    assertThat(owner.get(DOCUMENTS + "/" + id).json().get("title").textValue()).isEqualTo("Secret");
  }

  @Test
  void whatOneServerWritesTheOtherOneReads() {
    ApiClient here = writer(first, "both");
    ApiClient there = writer(second, "both");
    String id = newDocument(here, "One");
    for (int version = 1; version < 20; version++) {
      int now = version;
      await()
          .atMost(Duration.ofSeconds(2))
          .pollInterval(Duration.ofMillis(5))
          .untilAsserted(
              () -> assertThat(there.get(DOCUMENTS + "/" + id).header("ETag")).isEqualTo(tag(now)));
      assertThat(here.patch(id, tag(version), "{\"title\":\"n" + version + "\"}").status())
          .isEqualTo(200);
      assertThat(here.get(DOCUMENTS + "/" + id).header("ETag")).isEqualTo(tag(version + 1));
    }
    here.delete(id);
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(there.get(DOCUMENTS + "/" + id).status()).isEqualTo(404));
  }

  private static String tag(long version) {
    return "\"" + version + "\"";
  }

  @Test
  void ofManyPatchesOfOneVersionExactlyOneIsTaken() throws Exception {
    String id = newDocument(writer(first, "race"), "Start");
    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        ApiClient client = writer(i % 2 == 0 ? first : second, "race");
        String body = "{\"title\":\"by " + i + "\"}";
        answers.add(threads.submit(() -> settled(client, id, body)));
      }
    }
    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> answer : answers) {
      statuses.add(answer.get());
    }
    assertThat(statuses).containsOnly(200, 412);
    assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
    assertThat(writer(second, "race").get(DOCUMENTS + "/" + id).header("ETag")).isEqualTo("\"2\"");
  }

  /** A server that is too busy says so, and has changed nothing: its client comes back. */
  private static int settled(ApiClient client, String id, String body) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .pollDelay(Duration.ZERO)
        .until(() -> client.patch(id, "\"1\"", body).status(), status -> status != 503);
  }

  @Test
  void manyLargeDocumentsAtOnceDoNotExhaustASmallHeap() throws Exception {
    ApiClient client = writer(first, "large");
    String body = "{\"title\":\"large\",\"content\":\"" + "é".repeat(500_000) + "\"}";
    String large = client.create(body).json().get("id").textValue();
    List<Future<ApiClient.Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        answers.add(threads.submit(() -> client.create(body)));
        answers.add(threads.submit(() -> client.get(DOCUMENTS + "/" + large)));
      }
    }
    for (Future<ApiClient.Answer> answer : answers) {
      assertThat(answer.get().status()).isIn(200, 201, 503);
    }
    assertThat(first.log()).doesNotContain("OutOfMemory");
    String id = newDocument(client, "small");
    assertThat(client.get(DOCUMENTS + "/" + id).status()).isEqualTo(200);
  }

  /** A plain read that the process can answer from memory does not go the way of all others. */
  @Test
  void whatIsInMemoryIsAnsweredAsWhatIsNot() {
    ApiClient client = writer(first, "at-once");
    String path = DOCUMENTS + "/" + newDocument(client, "One");
    for (String[] headers :
        List.of(new String[] {}, new String[] {"If-None-Match", "\"7\", W/\"1\""})) {
      // A parameter that means nothing makes it no plain read.
      ApiClient.Answer other = client.get(path + "?a=b", headers);
      ApiClient.Answer atOnce = client.get(path, headers);
      assertThat(atOnce.status()).isEqualTo(other.status());
      assertThat(atOnce.body()).isEqualTo(other.body());
      assertThat(atOnce.raw().headers()).isEqualTo(other.raw().headers());
    }
    String token = platform.issuer().token("at-once", "ann", "editor");
    ApiClient noReader = new ApiClient(platform.http(), first, token);
    assertThat(noReader.get(path).status()).isEqualTo(403);
    assertThat(noReader.get(path).status()).as("by a token that was found good").isEqualTo(403);
    assertThat(writer(first, "another").get(DOCUMENTS).status()).isEqualTo(200);
    assertThat(writer(first, "another").get(path).status()).as("of another tenant").isEqualTo(404);
    assertThat(client.get(path, "Accept", "text/html").status()).isEqualTo(406);
    assertThat(client.get(path + "/").json()).isEqualTo(client.get(path).json());
  }

  @Test
  void withoutRedisTheAnswersComeFromTheDatabase() {
    ApiClient client = writer(first, "dead-cache");
    String id = newDocument(client, "One");
    platform.redis().kill();
    try {
      for (int version = 1; version <= 10; version++) {
        assertThat(client.patch(id, tag(version), "{\"title\":\"n\"}").status()).isEqualTo(200);
        assertThat(client.get(DOCUMENTS + "/" + id).header("ETag")).isEqualTo(tag(version + 1));
      }
      assertThat(first.probe("ready")).isEqualTo(200);
    } finally {
      platform.redis().restart();
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(first.management("/q/health/ready").body()).contains("\"cache\": true"));
    assertThat(client.get(DOCUMENTS + "/" + id).header("ETag")).isEqualTo(tag(11));
  }

  @Test
  void withoutItsShardATenantIsToldToComeBackAndOthersAreServed() throws Exception {
    String broken = platform.shards().tenantOn(0).value();
    String whole = platform.shards().tenantOn(1).value();
    String id = newDocument(writer(first, broken), "One");
    platform.shards().execute(0, "postgres", "alter role kn_app nologin");
    platform.shards().disconnect(0, "kn_app");
    try {
      ApiClient.Answer answer = writer(first, broken).get(DOCUMENTS);
      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
      assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
      assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
      assertThat(answer.json().get("type").textValue())
          .isEqualTo("https://knowledgenetwork.dev/problems/unavailable");
      assertThat(writer(first, whole).get(DOCUMENTS).status()).isEqualTo(200);
      assertThat(first.probe("ready")).isEqualTo(200);
      assertThat(first.probe("live")).isEqualTo(200);
    } finally {
      platform.shards().execute(0, "postgres", "alter role kn_app login");
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(writer(first, broken).get(DOCUMENTS + "/" + id).status())
                    .isEqualTo(200));
  }

  @Test
  void theOpenApiDocumentDescribesWhatIsServed() {
    ApiClient anonymous = new ApiClient(platform.http(), first, "");
    ApiClient.Answer answer = anonymous.get("/api/v1/openapi?format=json");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode document = answer.json();
    assertThat(document.get("openapi").textValue()).startsWith("3.");
    JsonNode list = document.at("/paths/~1api~1v1~1documents");
    JsonNode one = document.at("/paths/~1api~1v1~1documents~1{id}");
    assertThat(list.fieldNames()).toIterable().contains("get", "post");
    assertThat(one.fieldNames()).toIterable().contains("get", "patch", "delete");
    assertThat(one.at("/patch/requestBody/content").fieldNames())
        .toIterable()
        .containsExactly("application/merge-patch+json");
    assertThat(list.at("/get/responses/default/content").fieldNames())
        .toIterable()
        .containsExactly("application/problem+json");
    assertThat(document.at("/components/securitySchemes/bearer/scheme").textValue())
        .isEqualTo("bearer");
    assertEveryReferenceLeadsSomewhere(document, document);
    assertThat(document.get("paths").fieldNames())
        .toIterable()
        .containsAll(
            Modules.aggregates().stream()
                .map(kind -> ResourceEndpoint.ROOT + kind.plural())
                .toList());
  }

  private static void assertEveryReferenceLeadsSomewhere(JsonNode node, JsonNode root) {
    if (node.has("$ref")) {
      String reference = node.get("$ref").textValue();
      assertThat(root.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
    node.forEach(child -> assertEveryReferenceLeadsSomewhere(child, root));
  }

  @Test
  void metricsShowTheTiersAndNoNameOfATenant() {
    ApiClient client = writer(first, "metered-tenant");
    String id = newDocument(client, "One");
    client.get(DOCUMENTS + "/" + id);
    client.get(DOCUMENTS + "/" + id);
    String metrics = first.management("/q/metrics").body();

    assertThat(metrics)
        .contains("kn_cache_requests_total{class=\"document\",result=\"hit\",tier=\"L1\"}")
        .contains("uri=\"/api/v1/documents/{id}\"")
        .doesNotContain("metered-tenant")
        .doesNotContain(id);
  }
}
