package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.knowledgenetwork.cache.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each role as a process: what it does, what it refuses, how it starts and ends. */
class RolesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENTS = ApiClient.DOCUMENTS;
  private static final String EVENTS = "/api/v1/events";

  @TempDir private static Path directory;
  private static Platform platform;
  private static Platform.Migrated firstMigration;
  private static RunningServer api;
  private static RunningServer realtime;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    firstMigration = platform.migrate();
    api = platform.start("api").awaitReady();
    realtime = platform.start("realtime").awaitReady();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  private static String token(String tenant) {
    return platform.issuer().token(tenant, "ann", "reader", "writer");
  }

  private static ApiClient client(RunningServer server, String tenant) {
    return new ApiClient(platform.http(), server, token(tenant));
  }

  @Test
  void migrateSaysWhatItDoesAndMayRunAgain() {
    assertThat(firstMigration.exitCode()).as(firstMigration.output()).isZero();
    assertThat(firstMigration.output()).contains("s0", "s1", "All shards are up to date: 2");

    assertThat(platform.migrate().exitCode()).isZero();
  }

  @Test
  void migrateFailsWhereAShardDoes() throws Exception {
    Path wrong = Files.createDirectories(directory.resolve("wrong"));
    Files.writeString(wrong.resolve("username"), "nobody");
    Files.writeString(wrong.resolve("password"), "s3cret-word");
    Map<String, String> environment = new HashMap<>(platform.environment());
    environment.put("KN_DB", wrong.toString());
    Process process =
        RunningServer.program("migrate", environment).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(output).contains("Migration failed").doesNotContain("s3cret-word");
  }

  /** It stays where it is, for its 503 says more than a refused connection. */
  @Test
  void whoCannotReadTheIssuersKeysIsReadyAndNotWellUntilItCan() throws Exception {
    assertThat(api.probe("well")).isEqualTo(200);
    TestAuthority authority = new TestAuthority();
    HttpsServer issuer = issuer(authority);
    String address = "https://localhost:%d/keys".formatted(issuer.getAddress().getPort());
    Map<String, String> environment = new HashMap<>(platform.environment());
    environment.put("KN_AUTH_JWKS", address);
    Path trusted = Files.createDirectories(directory.resolve("issuer")).resolve("ca.crt");
    environment.put("KN_AUTH_CA", trusted.toString());
    try (RunningServer lonely = new RunningServer("api", directory, environment).awaitReady()) {
      HttpResponse<String> well = lonely.management("/q/health/well");
      assertThat(well.statusCode()).isEqualTo(503);
      JsonNode data = JSON.readTree(well.body()).path("checks").path(0).path("data");
      assertThat(data.path("address").asText()).isEqualTo(address);
      assertThat(data.path("words").asText()).isEqualTo("no such file: " + trusted);
      assertThat(data.path("trusted").asBoolean()).isFalse();
      assertThat(client(lonely, "acme").get(DOCUMENTS).status()).isEqualTo(503);

      Files.copy(authority.issue(directory.resolve("issued")).resolve("ca.crt"), trusted);
      await().until(() -> lonely.probe("well") == 200);
      assertThat(client(lonely, "acme").get(DOCUMENTS).status()).isEqualTo(200);
    } finally {
      issuer.stop(0);
    }
  }

  private static HttpsServer issuer(TestAuthority authority) throws IOException {
    byte[] keys = Files.readAllBytes(platform.issuer().publish(directory.resolve("keys.jwks")));
    HttpsServer issuer =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.setHttpsConfigurator(new HttpsConfigurator(authority.context()));
    issuer.createContext(
        "/keys",
        exchange -> {
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    issuer.start();
    return issuer;
  }

  @Test
  void anUnknownRoleIsRefused() throws Exception {
    Process process =
        RunningServer.program("cook", platform.environment()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(output).contains("Say which role: api, realtime, worker or migrate");
  }

  @Test
  void aRoleAnswersOnlyItsOwnRequests() {
    assertThat(client(api, "roles").get(DOCUMENTS).status()).isEqualTo(200);
    assertElsewhere(client(api, "roles").get(EVENTS), "demo-realtime");
    assertElsewhere(client(realtime, "roles").get(DOCUMENTS), "demo-api");
    assertThat(client(realtime, "roles").create("{\"title\":\"t\"}").status()).isEqualTo(404);
    assertThat(new ApiClient(platform.http(), realtime, "").get(EVENTS).status()).isEqualTo(401);
  }

  private static void assertElsewhere(ApiClient.Answer answer, String service) {
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().get("detail").textValue())
        .isEqualTo("This is served by the Service " + service + ", not here");
  }

  @Test
  void theOpenApiDocumentOfARoleDescribesWhatItServesAndNothingElse() {
    JsonNode ofApi = openApi(api);
    assertThat(ofApi.get("paths").fieldNames())
        .toIterable()
        .contains(DOCUMENTS, "/api/v1/collections/{id}")
        .noneMatch(path -> path.startsWith(EVENTS));
    assertThat(ofApi.at("/components/schemas").fieldNames())
        .toIterable()
        .contains("Document", "Problem")
        .noneMatch(schema -> schema.startsWith("Event"));

    JsonNode ofRealtime = openApi(realtime);
    assertThat(ofRealtime.get("paths").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(EVENTS, EVENTS + "/tickets");
    assertThat(ofRealtime.at("/components/schemas").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "Problem", "Violation", "EventBlock", "EventData", "EventTicket");
    assertThat(ofRealtime.at("/components/schemas/EventBlock/properties/event/enum"))
        .extracting(JsonNode::textValue)
        .contains("position", "resync", "document.created", "collection.deleted");
    for (JsonNode operation :
        List.of(
            ofRealtime.at("/paths").get(EVENTS).get("get"),
            ofRealtime.at("/paths").get(EVENTS + "/tickets").get("post"))) {
      assertThat(operation.at("/responses/default/content").fieldNames())
          .toIterable()
          .containsExactly("application/problem+json");
    }
    assertThat(ofApi.at("/info/description").textValue()).contains("collections, documents");
  }

  private static JsonNode openApi(RunningServer server) {
    return new ApiClient(platform.http(), server, "").get("/api/v1/openapi?format=json").json();
  }

  @Test
  void theWorkerPurgesAndServesOnlyProbes() throws Exception {
    ApiClient writer = client(api, platform.shards().tenantOn(0).value());
    String id = writer.create("{\"title\":\"long gone\"}").json().get("id").textValue();
    writer.delete(id);
    platform
        .shards()
        .execute(
            0,
            "postgres",
            "set session_replication_role = replica;"
                + " update documents set deleted_at = now() - interval '31 days'"
                + " where deleted_at is not null");
    RunningServer worker = platform.start("worker").awaitReady();

    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () ->
                assertThat(worker.management("/q/metrics").body())
                    .containsPattern("kn_purge_documents_total [1-9]"));
    assertThat(worker.probe("live")).isEqualTo(200);
    assertThat(worker.probe("started")).isEqualTo(200);
    assertThat(worker.log()).doesNotContain("Listening on: https");
    worker.terminate();
    worker.awaitExit();
  }

  @Test
  void endingWaitsForRequestsAndTakesReadinessDownFirst() throws Exception {
    RunningServer leaving = platform.start("api", Map.of("KN_SHUTDOWN_DELAY", "3s")).awaitReady();
    ApiClient client = client(leaving, "leaving");
    String id = client.create("{\"title\":\"t\"}").json().get("id").textValue();
    leaving.terminate();

    await().atMost(Duration.ofSeconds(5)).until(() -> leaving.probe("ready") == 503);
    assertThat(client.get(DOCUMENTS + "/" + id).status()).isEqualTo(200);
    assertThat(leaving.probe("live")).isEqualTo(200);
    leaving.awaitExit();
    assertThat(leaving.log()).doesNotContain("\"level\":\"ERROR\"");
  }

  @Test
  void withoutItsShardsAServerNeverStartsToServe() throws Exception {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Path topology =
        Files.writeString(
            elsewhere.resolve("topology.json"),
            platform
                .shards()
                .topology()
                .toJson()
                .replaceAll("\"pooler\":\\{\"host\":\"localhost\",\"port\":\\d+", CLOSED_PORT));
    RunningServer lost = platform.start("api", Map.of("KN_TOPOLOGY_FILE", topology.toString()));

    await().atMost(Duration.ofSeconds(40)).until(() -> lost.probe("live") == 200);
    await("longer than one that is lost is waited for where others answer")
        .during(Duration.ofSeconds(12))
        .atMost(Duration.ofSeconds(30))
        .until(() -> lost.probe("started") == 503 && lost.probe("ready") == 503);
    lost.close();
  }

  private static final String CLOSED_PORT = "\"pooler\":{\"host\":\"localhost\",\"port\":1";

  @Test
  void whatItDoesAtItsStartIsWrittenToItsLog() {
    RunningServer server = platform.start("api").awaitReady();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(server.log()).contains("\"level\":\"INFO\"", "started in"));
    server.close();
  }
}
