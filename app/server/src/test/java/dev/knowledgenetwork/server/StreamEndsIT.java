package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream ends with its client, however that goes, and leaves nothing behind. */
class StreamEndsIT {

  private static final int CLIENTS = 40;

  /** Less than the pause between two heartbeats: no write has to tell the server. */
  private static final Duration AT_ONCE = Duration.ofSeconds(8);

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer api;
  private static RunningServer realtime;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
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

  private static RawClient follow(RawClient client, String token, String... more) {
    List<String> lines = new ArrayList<>();
    lines.add("GET " + EventClient.EVENTS + " HTTP/1.1");
    lines.add("Host: localhost");
    lines.add("Authorization: Bearer " + token);
    lines.addAll(List.of(more));
    client.request(lines.toArray(String[]::new));
    assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
    return client;
  }

  private static void awaitStreams(int expected, Duration patience) {
    await().atMost(patience).until(() -> streams() == expected);
  }

  private static int streams() {
    return realtime
        .management("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("kn_events_streams "))
        .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
        .findAny()
        .orElseThrow();
  }

  private static void assertNothingFailed() {
    assertThat(realtime.log()).doesNotContain("\"ERROR\"").doesNotContain("stackTrace");
  }

  /** Also where a client, or a gateway, would share a connection among all of them. */
  @Test
  void aStreamThatItsClientEndsCostsItsOtherRequestsNothing() {
    ApiClient client = new ApiClient(platform.http(), realtime, token("shared"));
    for (int i = 0; i < 100; i++) {
      try (EventClient events = EventClient.open(platform.http(), realtime, client.token())) {
        assertThat(events.status()).isEqualTo(200);
      }
      assertThat(client.get(EventClient.EVENTS, "Last-Event-ID", "none").status()).isEqualTo(400);
    }
  }

  @Test
  void streamsOfClientsThatHaveGoneEndAtOnceAndTheirPlacesAreFree() {
    for (int round = 0; round < 5; round++) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        RawClient client = RawClient.connect(platform.http(), realtime);
        clients.add(follow(client, token("gone")).awaitLine("id:"));
      }
      assertThat(streams()).isEqualTo(CLIENTS);
      for (int i = 0; i < CLIENTS; i++) {
        if (i % 2 == 0) {
          clients.get(i).reset();
        } else {
          clients.get(i).close();
        }
      }
      awaitStreams(0, AT_ONCE);
    }
    assertNothingFailed();
  }

  @Test
  void manyStreamsThatAreCancelledEndAtOnce() {
    for (int round = 0; round < 5; round++) {
      List<EventClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        EventClient client = EventClient.open(platform.http(), realtime, token("cancelled"));
        assertThat(client.status()).isEqualTo(200);
        clients.add(client);
      }
      assertThat(streams()).isEqualTo(CLIENTS);
      clients.forEach(EventClient::close);
      awaitStreams(0, AT_ONCE);
    }
    assertNothingFailed();
  }

  private static ApiClient.Answer anonymous(String method, String parameters) {
    return new ApiClient(platform.http(), realtime, "")
        .send(method, EventClient.EVENTS + "?" + parameters, null);
  }

  @Test
  void whatOpensNoStreamUsesUpNoTicket() {
    String ticket =
        "ticket="
            + new ApiClient(platform.http(), realtime, token("careful"))
                .send("POST", EventClient.EVENTS + "/tickets", "")
                .json()
                .get("ticket")
                .textValue();

    assertThat(anonymous("GET", ticket + "&lastEventId=nonsense").status()).isEqualTo(400);
    ApiClient.Answer head = anonymous("HEAD", ticket);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Type")).startsWith("text/event-stream");
    assertThat(streams()).isZero();

    RawClient client = RawClient.connect(platform.http(), realtime);
    client.request("GET " + EventClient.EVENTS + "?" + ticket + " HTTP/1.1", "Host: localhost");
    assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
    client.close();
    assertThat(anonymous("GET", ticket).status()).isEqualTo(401);
    awaitStreams(0, AT_ONCE);
  }

  @Test
  void noStreamBeginsThatWouldEndAtOnce() {
    String expired =
        platform
            .issuer()
            .token(
                claims -> {
                  claims.setClaim("tenant", "late");
                  claims.setStringListClaim("groups", List.of("reader"));
                  claims.setExpirationTimeMinutesInTheFuture(-0.1f);
                });
    ApiClient client = new ApiClient(platform.http(), realtime, expired);
    assertThat(client.send("POST", EventClient.EVENTS + "/tickets", "").status()).isEqualTo(201);

    ApiClient.Answer answer = client.get(EventClient.EVENTS);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().get("detail").textValue()).startsWith("The token has expired");
  }

  @Test
  void aClientThatDoesNotReadIsGivenUpSoonAfterItsTokenHasExpired() throws SQLException {
    String tenant = platform.shards().tenantOn(0).value();
    EventClient begin = EventClient.open(platform.http(), realtime, token(tenant));
    await().until(() -> !begin.lastId().isEmpty());
    String last = begin.lastId();
    begin.close();
    new ApiClient(platform.http(), api, token(tenant)).create("{\"title\":\"one\"}");
    // Sixteen megabytes of events: more than lies between the server and a client.
    platform
        .shards()
        .execute(
            0,
            "kn_app",
            "insert into events (bucket, tenant_id, id, type, kind, resource_id, version, author)"
                + " select bucket, tenant_id, gen_random_uuid(), type, kind, resource_id, version,"
                + " repeat('x', 8000) from events, generate_series(1, 2000) where tenant_id = '"
                + tenant
                + "'");
    String brief =
        platform
            .issuer()
            .token(
                claims -> {
                  claims.setClaim("tenant", tenant);
                  claims.setStringListClaim("groups", List.of("reader"));
                  claims.setExpirationTimeMinutesInTheFuture(0.1f);
                });
    Instant began = Instant.now();
    RawClient client = RawClient.connectWithSmallBuffer(platform.http(), realtime);
    follow(client, brief, "Last-Event-ID: " + last);

    assertThat(streams()).isEqualTo(1);
    awaitStreams(0, Duration.ofSeconds(40));
    assertThat(Duration.between(began, Instant.now()))
        .as("what was sent fitted between server and client")
        .isGreaterThan(Duration.ofSeconds(14));
    client.close();
    assertNothingFailed();
  }
}
