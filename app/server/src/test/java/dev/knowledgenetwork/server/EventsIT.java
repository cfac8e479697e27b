package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of events as clients see them: two processes that share nothing but the shards. */
class EventsIT {

  private static final String EVENTS = EventClient.EVENTS;
  private static final String TICKETS = EVENTS + "/tickets";
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer api;
  private static RunningServer withoutCache;
  private static RunningServer realtime;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    api = platform.start("api").awaitReady();
    withoutCache =
        platform.start("api", Map.of("KN_CACHE_POLICY", directory + "/none")).awaitReady();
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

  private static EventClient follow(String tenant, String... headers) {
    EventClient events = EventClient.open(platform.http(), realtime, token(tenant), headers);
    assertThat(events.status()).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> !events.lastId().isEmpty());
    return events;
  }

  private static String create(RunningServer server, String tenant) {
    return client(server, tenant).create("{\"title\":\"one\"}").json().get("id").textValue();
  }

  private static void threeChanges(RunningServer server, String tenant) {
    try (EventClient events = follow(tenant)) {
      client(server, tenant + "-other").create("{\"title\":\"not for them\"}");
      ApiClient writer = client(server, tenant);
      String id = create(server, tenant);
      writer.patch(id, "\"1\"", "{\"title\":\"two\"}");
      writer.delete(id);

      await().atMost(PATIENCE).until(() -> events.data().size() >= 3);
      assertThat(events.types())
          .containsExactly("document.created", "document.updated", "document.deleted");
      for (int version = 1; version <= 3; version++) {
        assertThat(events.data().get(version - 1))
            .contains(
                "\"id\":\"" + id + "\"",
                "\"version\":" + version,
                "\"kind\":\"document\"",
                "\"author\":\"ann\"")
            .doesNotContain("title");
      }
    }
  }

  @Test
  void theStreamCarriesTheTenantsChangesAndNoOthers() {
    threeChanges(api, "watched");
  }

  @Test
  void theStreamCarriesChangesOfAProcessWithoutACache() {
    threeChanges(withoutCache, "uncached");
  }

  @Test
  void proxiesAreToldNotToKeepOrCollectTheStream() {
    try (EventClient events = follow("proxied")) {
      assertThat(events.header("Content-Type")).startsWith("text/event-stream");
      assertThat(events.header("Cache-Control")).isEqualTo("no-cache, no-transform");
      assertThat(events.header("X-Accel-Buffering")).isEqualTo("no");
    }
  }

  @Test
  void aClientThatComesBackIsToldWhatItMissed() {
    String last;
    try (EventClient events = follow("back")) {
      create(api, "back");
      await().atMost(PATIENCE).until(() -> events.data().size() == 1);
      last = events.lastId();
    }
    List<String> missed = List.of(create(api, "back"), create(api, "back"));
    try (EventClient again = follow("back", "Last-Event-ID", last)) {
      await().atMost(PATIENCE).until(() -> again.data().size() >= 2);
      String next = create(api, "back");
      await().atMost(PATIENCE).until(() -> again.data().size() >= 3);

      assertThat(again.data()).hasSize(3);
      assertThat(again.data().get(0)).contains(missed.get(0));
      assertThat(again.data().get(1)).contains(missed.get(1));
      assertThat(again.data().get(2)).contains(next);
    }
  }

  @Test
  void theIdOfASilentStreamStaysFresh() {
    try (EventClient events = follow("silent")) {
      String first = events.lastId();
      create(api, "noise");
      await().atMost(Duration.ofSeconds(40)).until(() -> !events.lastId().equals(first));
      assertThat(events.data()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"42", "AAAA", "%00", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void anIdThatIsNoneIsRefused(String id) {
    ApiClient.Answer answer = client(realtime, "strange").get(EVENTS, "Last-Event-ID", id);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("type").textValue()).endsWith("invalid-parameter");
    assertThat(answer.json().get("detail").textValue()).contains("Last-Event-ID");
  }

  @Test
  void anIdOfAnotherTenantIsRefused() {
    String id;
    try (EventClient events = follow("ours")) {
      id = events.lastId();
    }
    assertThat(client(realtime, "theirs").get(EVENTS, "Last-Event-ID", id).status()).isEqualTo(400);
  }

  private static String ticket(String tenant) {
    return URLEncoder.encode(issue(tenant).get("ticket").textValue(), StandardCharsets.UTF_8);
  }

  private static JsonNode issue(String tenant) {
    ApiClient.Answer answer = client(realtime, tenant).send("POST", TICKETS, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.json().get("expiresAt").textValue()).contains("T");
    return answer.json();
  }

  @Test
  void aStreamFromTheTicketsPositionMissesNothingSinceItWasIssued() {
    create(api, "early");
    JsonNode issued = issue("early");
    String missed = create(api, "early");
    String parameters =
        issued.get("ticket").textValue() + "&lastEventId=" + issued.get("lastEventId").textValue();
    try (EventClient events = EventClient.withTicket(platform.http(), realtime, parameters)) {
      await().atMost(PATIENCE).until(() -> !events.data().isEmpty());
      assertThat(events.data()).hasSize(1).first().asString().contains(missed);
    }
  }

  @Test
  void unknownAndRepeatedParametersAreRefusedAndUseUpNoTicket() {
    String ticket = ticket("strict");
    ApiClient.Answer unknown =
        anonymous(realtime).get(EVENTS + "?ticket=" + ticket + "&lastEventID=x");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.json().get("detail").textValue())
        .isEqualTo("'lastEventID' is not a known parameter");
    assertThat(
            client(realtime, "strict")
                .get(EVENTS + "?lastEventId=x&lastEventId=y")
                .json()
                .get("detail")
                .textValue())
        .isEqualTo("'lastEventId' must be given once");
    try (EventClient events = EventClient.withTicket(platform.http(), realtime, ticket)) {
      assertThat(events.status()).isEqualTo(200);
    }
  }

  @Test
  void whoComesWithoutATokenIsToldOfTickets() {
    ApiClient.Answer answer = anonymous(realtime).get(EVENTS);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(answer.json().get("detail").textValue())
        .contains("Authorization: Bearer", "POST /api/v1/events/tickets");
  }

  @Test
  void aTicketOpensOneStreamInAnyProcessAndNothingElse() {
    String ticket = ticket("browser");
    assertThat(anonymous(api).get(ApiClient.DOCUMENTS + "?ticket=" + ticket).status())
        .isEqualTo(401);
    assertThat(anonymous(realtime).send("POST", TICKETS + "?ticket=" + ticket, "").status())
        .isEqualTo(401);
    assertThat(new ApiClient(platform.http(), api, ticket).get(ApiClient.DOCUMENTS).status())
        .isEqualTo(401);
    RunningServer other = platform.start("realtime").awaitReady();
    try (EventClient events = EventClient.withTicket(platform.http(), other, ticket)) {
      assertThat(events.status()).isEqualTo(200);
      await().atMost(PATIENCE).until(() -> !events.lastId().isEmpty());
      String id = create(api, "browser");
      await().atMost(PATIENCE).until(() -> events.data().size() == 1);
      assertThat(events.data().getFirst()).contains(id);
    }
    ApiClient.Answer again = anonymous(realtime).get(EVENTS + "?ticket=" + ticket);
    assertThat(again.status()).isEqualTo(401);
    assertThat(again.json().get("detail").textValue()).contains("ask for another");
    assertThat(again.json().get("instance").textValue()).doesNotContain("ticket");
    assertThat(realtime.log() + other.log() + api.log()).doesNotContain(ticket);
    other.close();
  }

  @Test
  void aBrowserThatOpensAnotherStreamIsToldWhatItMissed() {
    String last;
    try (EventClient events = EventClient.withTicket(platform.http(), realtime, ticket("tab"))) {
      await().atMost(PATIENCE).until(() -> !events.lastId().isEmpty());
      last = events.lastId();
    }
    String missed = create(api, "tab");
    try (EventClient again =
        EventClient.withTicket(platform.http(), realtime, ticket("tab") + "&lastEventId=" + last)) {
      await().atMost(PATIENCE).until(() -> again.data().size() == 1);
      assertThat(again.data().getFirst()).contains(missed);
    }
  }

  @Test
  void aTicketIsNotGivenTwiceForAnIdempotencyKey() {
    ApiClient client = client(realtime, "twice");
    String first = client.send("POST", TICKETS, "", "Idempotency-Key", "k").body();
    assertThat(client.send("POST", TICKETS, "", "Idempotency-Key", "k").body()).isNotEqualTo(first);
  }

  private static ApiClient anonymous(RunningServer server) {
    return new ApiClient(platform.http(), server, "");
  }

  @Test
  void aTicketBesideATokenIsRefused() {
    assertThat(client(realtime, "both").get(EVENTS + "?ticket=" + ticket("both")).status())
        .isEqualTo(400);
    assertThat(anonymous(realtime).get(EVENTS + "?ticket=nonsense").status()).isEqualTo(401);
  }

  @Test
  void theStreamEndsWithTheToken() {
    String brief =
        platform
            .issuer()
            .token(
                claims -> {
                  claims.setClaim("tenant", "brief");
                  claims.setStringListClaim("groups", List.of("reader"));
                  claims.setExpirationTimeMinutesInTheFuture(0.05f);
                });
    try (EventClient events = EventClient.open(platform.http(), realtime, brief)) {
      await().atMost(Duration.ofSeconds(20)).until(events::hasEnded);
      assertThat(events.lastId()).isNotEmpty();
    }
  }

  @Test
  void endingSendsStreamsElsewhereAtOnce() {
    RunningServer leaving =
        platform.start("realtime", Map.of("KN_SHUTDOWN_DELAY", "2s")).awaitReady();
    try (EventClient events = EventClient.open(platform.http(), leaving, token("moved"))) {
      await().atMost(PATIENCE).until(() -> !events.lastId().isEmpty());
      leaving.terminate();

      await().atMost(Duration.ofSeconds(4)).until(events::hasEnded);
      await().atMost(Duration.ofSeconds(10)).until(() -> !leaving.isAlive());
    }
  }

  @Test
  void aStreamOutlivesTheDeathOfTheSessionsThatFeedIt() throws Exception {
    try (EventClient events = follow("robust")) {
      create(api, "robust");
      for (int shard = 0; shard < 2; shard++) {
        platform.shards().disconnect(shard, "kn_app");
      }
      create(api, "robust");
      await().atMost(PATIENCE).until(() -> events.data().size() >= 2);
      assertThat(events.data()).hasSize(2);
    }
  }
}
