package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.TenantId;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What many or bad clients do to one server of a small pod: nothing, to those who behave. */
class OverloadIT {

  private static final int LARGE = 1 << 20;
  private static final int CLIENTS = 64;
  private static final int CREATES_EACH = 2;
  private static final int CROWD = 300;

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

  @AfterEach
  void theServerLives() {
    assertThat(server.isAlive()).isTrue();
    assertThat(server.log()).doesNotContain("OutOfMemoryError").doesNotContain("\"ERROR\"");
  }

  private static ApiClient client(String tenant) {
    return new ApiClient(
        platform.http(), server, platform.issuer().token(tenant, "ann", "reader", "writer"));
  }

  /** One megabyte of a body takes a dozen of the heap, and the server has two hundred. */
  @Test
  void largeBodiesOfManyWaitTheirTurnAndSmallOnesDoNot() throws Exception {
    String body = "{\"title\":\"large\",\"content\":\"" + "x".repeat(LARGE) + "\"}";
    AtomicBoolean busy = new AtomicBoolean(true);
    Map<Integer, Integer> answers = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> large = new ArrayList<>();
      for (int n = 0; n < CLIENTS; n++) {
        ApiClient each = client("large-" + n);
        large.add(
            threads.submit(
                () -> {
                  for (int created = 0; created < CREATES_EACH; ) {
                    ApiClient.Answer answer = each.create(body);
                    answers.merge(answer.status(), 1, Integer::sum);
                    if (answer.status() == 201) {
                      created++;
                    } else {
                      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                      assertThat(answer.header("Retry-After")).isEqualTo("1");
                      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                    }
                  }
                  return null;
                }));
      }
      Future<Integer> small = threads.submit(wellBehaved(busy));
      for (Future<Void> each : large) {
        each.get();
      }
      busy.set(false);
      assertThat(small.get()).as("documents of the one who behaves").isPositive();
    }
    assertThat(answers).containsEntry(201, CLIENTS * CREATES_EACH);
  }

  /** Connections that never ask, that never end their headers, that never end their bodies. */
  @Test
  void aCrowdThatOnlyWaitsHarmsNobody() throws Exception {
    List<RawClient> crowd = new ArrayList<>();
    try {
      String token = client("crowd").token();
      for (int n = 0; n < CROWD; n++) {
        RawClient each = RawClient.connect(platform.http(), server);
        crowd.add(each);
        switch (n % 3) {
          case 0 -> {}
          case 1 ->
              each.write("GET " + ApiClient.DOCUMENTS + " HTTP/1.1\r\nHost: localhost\r\nA: b");
          default ->
              each.request(
                  "POST " + ApiClient.DOCUMENTS + " HTTP/1.1",
                  "Host: localhost",
                  "Content-Type: application/json",
                  "Authorization: Bearer " + token,
                  "Content-Length: 60000");
        }
      }
      AtomicBoolean once = new AtomicBoolean(false);
      assertThat(wellBehaved(once).call()).isPositive();
      RawClient trickling = crowd.get(1);
      await()
          .alias("headers that do not end")
          .atMost(Duration.ofSeconds(2 * HeaderDeadline.SECONDS))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> isCutOff(trickling));
      assertThat(wellBehaved(once).call()).isPositive();
    } finally {
      crowd.forEach(RawClient::close);
    }
  }

  /** Half of what a shard is given at a time, so that its other tenants find room. */
  @Test
  void aTenantThatAsksForMoreThanItMayHaveIsRefusedAndOthersOfItsShardAreNot() throws Exception {
    int mayHave = 200;
    List<TenantId> tenants = platform.shards().tenantsOn(0, 2);
    ApiClient busy = client(tenants.getFirst().value());
    ApiClient other = client(tenants.getLast().value());
    Map<Integer, Integer> answers = new ConcurrentHashMap<>();
    try (Connection owner = platform.shards().connect(0, "postgres");
        Statement statement = owner.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      owner.setAutoCommit(false);
      statement.execute("lock table documents in exclusive mode");
      List<Future<?>> all = new ArrayList<>();
      for (int n = 0; n < mayHave + 20; n++) {
        all.add(
            threads.submit(
                () -> {
                  ApiClient.Answer answer = busy.create("{\"title\":\"many\"}");
                  if (answer.status() == 429) {
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                    assertThat(answer.json().get("type").textValue())
                        .endsWith("/too-many-requests");
                  }
                  answers.merge(answer.status(), 1, Integer::sum);
                }));
      }
      await().until(() -> answers.getOrDefault(429, 0) == 20);
      Future<ApiClient.Answer> beside = threads.submit(() -> other.create("{\"title\":\"one\"}"));
      owner.commit();
      assertThat(beside.get().status()).isEqualTo(201);
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(answers).containsOnly(Map.entry(429, 20), Map.entry(201, mayHave));
  }

  /** Whether one more byte of its headers finds nobody. */
  private static boolean isCutOff(RawClient trickling) {
    try {
      trickling.write("b");
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  @Test
  void aLongBodyOfWhichNobodySaysHowLongItIsIsRefused() {
    String body = "{\"title\":\"chunks\",\"content\":\"" + "x".repeat(LARGE) + "\"}";
    try (RawClient client = RawClient.connect(platform.http(), server)) {
      client.request(
          "POST " + ApiClient.DOCUMENTS + " HTTP/1.1",
          "Host: localhost",
          "Connection: close",
          "Content-Type: application/json",
          "Authorization: Bearer " + client("chunks").token(),
          "Transfer-Encoding: chunked");
      client.write(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
      assertThat(client.rest())
          .startsWith("HTTP/1.1 413 ")
          .contains("A body has at most 1048576 bytes, ", " with a Content-Length");
    }
  }

  /** Creates and reads, at least once, as long as told; how many documents. */
  private static Callable<Integer> wellBehaved(AtomicBoolean goesOn) {
    ApiClient client = client("calm");
    return () -> {
      int made = 0;
      do {
        ApiClient.Answer answer = client.create("{\"title\":\"calm\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        String path = URI.create(answer.header("Location")).getPath();
        assertThat(client.get(path).status()).isEqualTo(200);
        made++;
      } while (goesOn.get());
      return made;
    };
  }
}
