package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.kernel.Answer;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.IdempotentRequest;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.TenantId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request that is sent again, at whatever moment, has its effect once. */
class IdempotentRequestsIT {
  private static final String FINGERPRINT = "f".repeat(64);
  private static TestShards shards;

  @TempDir private Path directory;

  private Shards storage;
  private TenantId tenant;

  @BeforeAll
  static void startShards() {
    shards =
        TestShards.startMigrated(
            1, Stream.concat(Notes.MIGRATIONS.stream(), Shards.MIGRATIONS.stream()).toList());
  }

  @AfterAll
  static void stopShards() {
    shards.close();
  }

  @BeforeEach
  void open() throws SQLException {
    storage = Shards.open(shards.settings(shards.writeTopology(directory)));
    tenant = shards.tenantOn(0);
    shards.execute(0, "postgres", "delete from notes; delete from idempotent_requests");
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Test
  void theFirstAnswerIsGivenAgainAndNothingIsDoneTwice() throws SQLException {
    Resource made = created(create(request("a")));
    assertThat(create(request("a"))).isEqualTo(new CreateOutcome.Repeated<>(answer(made)));
    assertThat(create(request("a"))).isEqualTo(new CreateOutcome.Repeated<>(answer(made)));
    assertThat(created(create(request("b"))).id()).isNotEqualTo(made.id());
    assertThat(number("select count(*) from notes")).isEqualTo(2);
    assertThat(number("select min(bucket) from idempotent_requests"))
        .isEqualTo(shards.bucket(tenant));
  }

  @Test
  void anotherRequestWithTheSameKeyIsRefused() throws SQLException {
    create(request("a"));
    IdempotentRequest<Resource> other =
        new IdempotentRequest<>(id("a"), "e".repeat(64), IdempotentRequestsIT::answer);
    assertThat(create(other)).isEqualTo(new CreateOutcome.KeyReused<>());
    assertThat(number("select count(*) from notes")).isOne();
  }

  @Test
  void theSameRequestWhileTheFirstIsUnderWayIsToldToComeBack() throws Exception {
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    IdempotentRequest<Resource> slow =
        new IdempotentRequest<>(
            id("a"),
            FINGERPRINT,
            made -> {
              underWay.countDown();
              awaitLatch(finish);
              return answer(made);
            });
    CompletableFuture<CreateOutcome<Resource>> first =
        CompletableFuture.supplyAsync(() -> create(slow), Thread::startVirtualThread);
    awaitLatch(underWay);
    assertThat(create(request("a"))).isEqualTo(new CreateOutcome.InProgress<>());
    assertThat(create(request("b"))).isInstanceOf(CreateOutcome.Created.class);
    finish.countDown();
    Resource made = created(first.get(10, TimeUnit.SECONDS));
    assertThat(create(request("a"))).isEqualTo(new CreateOutcome.Repeated<>(answer(made)));
  }

  @Test
  void ofManyAtOnceOneIsDoneAndAllLearnItsAnswer() throws SQLException {
    List<CompletableFuture<CreateOutcome<Resource>>> all =
        IntStream.range(0, 16)
            .mapToObj(
                n ->
                    CompletableFuture.supplyAsync(this::createInTheEnd, Thread::startVirtualThread))
            .toList();
    assertThat(all.stream().map(CompletableFuture::join))
        .filteredOn(CreateOutcome.Created.class::isInstance)
        .hasSize(1);
    assertThat(number("select count(*) from notes")).isOne();
  }

  private CreateOutcome<Resource> createInTheEnd() {
    CreateOutcome<Resource> outcome = create(request("a"));
    while (outcome instanceof CreateOutcome.InProgress) {
      outcome = create(request("a"));
    }
    return outcome;
  }

  @Test
  void whatFailsBeforeItsAnswerIsKeptHasHadNoEffect() throws SQLException {
    IdempotentRequest<Resource> failing =
        new IdempotentRequest<>(
            id("a"),
            FINGERPRINT,
            made -> {
              throw new IllegalStateException("no answer");
            });
    assertThatThrownBy(() -> create(failing)).hasMessage("no answer");
    assertThat(number("select count(*) from notes")).isZero();
    assertThat(create(request("a"))).isInstanceOf(CreateOutcome.Created.class);
  }

  @Test
  void anUnknownCommitIsSettledByAskingAgainAndNotBeforeItIsDurable() throws SQLException {
    try (LostStandby standby = new LostStandby(shards)) {
      assertThat(create(request("a"))).isInstanceOf(CreateOutcome.Unknown.class);
      // The commit is under way, for as long as its session waits.
      assertThat(create(request("a"))).isEqualTo(new CreateOutcome.InProgress<>());
      standby.terminateWaiters();
      await().until(() -> standby.waiters() == 0);
      // Now this server has it and would lose it with a failover: no answer is given yet.
      assertThat(create(request("a"))).isInstanceOf(CreateOutcome.Unknown.class);
    }
    assertThat(createInTheEnd()).isInstanceOf(CreateOutcome.Repeated.class);
    assertThat(number("select count(*) from notes")).isOne();
  }

  @Test
  void aRequestThatIsOldIsForgotten() throws SQLException {
    create(request("a"));
    create(request("b"));
    shards.execute(
        0,
        "postgres",
        "update idempotent_requests set created_at = now() - interval '25 hours' where id = '"
            + id("a")
            + "'");
    assertThat(storage.purgeIdempotentRequests().purge(Duration.ofHours(24)))
        .isEqualTo(new DeletedRowPurge.Result(1, List.of()));
    assertThat(create(request("a"))).isInstanceOf(CreateOutcome.Created.class);
    assertThat(create(request("b"))).isInstanceOf(CreateOutcome.Repeated.class);
  }

  private static void awaitLatch(CountDownLatch latch) {
    await().atMost(Duration.ofSeconds(4)).until(() -> latch.getCount() == 0);
  }

  private CreateOutcome<Resource> create(IdempotentRequest<Resource> request) {
    return Notes.of(storage).table().create(tenant, "author", Notes.TITLED, request);
  }

  private static Resource created(CreateOutcome<Resource> outcome) {
    return ((CreateOutcome.Created<Resource>) outcome).value();
  }

  private static IdempotentRequest<Resource> request(String key) {
    return new IdempotentRequest<>(id(key), FINGERPRINT, IdempotentRequestsIT::answer);
  }

  private static String id(String key) {
    return key.repeat(64);
  }

  private static Answer answer(Resource made) {
    return new Answer(201, Map.of("ETag", "\"" + made.version() + "\""), "body of " + made.id());
  }

  private static long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  private static String text(String sql) throws SQLException {
    try (Connection connection = shards.connect(0, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
