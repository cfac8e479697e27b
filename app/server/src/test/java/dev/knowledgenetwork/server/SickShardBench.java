package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.server.Detour.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one of two shards that is slow, refuses or is silent costs the tenants of the other one, and
 * how soon its own are told: {@code ./kn bench shards}.
 */
class SickShardBench {

  private static final int CLIENTS = 8;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration MEASURED = Duration.ofSeconds(10);

  /** By then the server knows. */
  private static final Duration TO_KNOW = Duration.ofSeconds(20);

  /** Between two requests of a client of the sick shard, whatever it was answered. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  @TempDir private Path directory;

  @Test
  void theOtherShardGoesOn() throws Exception {
    try (Platform platform = new Platform(directory);
        Detour detour = platform.detour(0)) {
      assertThat(platform.migrate().exitCode()).isZero();
      RunningServer api =
          platform
              .start("api", Map.of(RunningServer.COMPILERS, RunningServer.ALL_COMPILERS))
              .awaitReady();
      load(platform, api, WARM_UP);
      for (Way way : List.of(Way.SLOW, Way.REFUSING, Way.SILENT)) {
        Load before = load(platform, api, MEASURED);
        detour.becomes(way);
        load(platform, api, TO_KNOW);
        Load during = load(platform, api, MEASURED);
        System.out.printf(
            Locale.ROOT,
            "figure: one of two shards %s: the other's tenants %.0f/s, p99 %.1f ms; before %.0f/s,"
                + " %.1f ms: ratios %.2f, %.2f; its own tenants: %s%n",
            way,
            during.rate(),
            during.well().p99(),
            before.rate(),
            before.well().p99(),
            during.rate() / before.rate(),
            during.well().p99() / before.well().p99(),
            during.sick());
        assertThat(during.well().statuses().keySet()).containsExactly(201);
        detour.becomes(Way.OPEN);
        load(platform, api, TO_KNOW);
      }
    }
  }

  /** Answers of some clients. */
  private record Answers(List<Integer> codes, List<Double> millis) {
    Map<Integer, Long> statuses() {
      return codes.stream()
          .collect(Collectors.groupingBy(code -> code, TreeMap::new, Collectors.counting()));
    }

    double p99() {
      double[] sorted = millis.stream().mapToDouble(each -> each).sorted().toArray();
      return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * 0.99)];
    }

    @Override
    public String toString() {
      return statuses() + " with p99 %.1f ms".formatted(p99());
    }
  }

  private record Load(Answers well, Answers sick, double rate) {}

  private static Load load(Platform platform, RunningServer api, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answers>> well = clients(platform, api, 1, end, Duration.ZERO, threads);
      List<Future<Answers>> sick = clients(platform, api, 0, end, PAUSE, threads);
      Answers answers = joined(well);
      return new Load(answers, joined(sick), answers.codes().size() / (double) time.toSeconds());
    }
  }

  private static List<Future<Answers>> clients(
      Platform platform,
      RunningServer api,
      int shard,
      long end,
      Duration pause,
      ExecutorService threads) {
    String tenant = platform.shards().tenantOn(shard).value();
    String token = platform.issuer().token(tenant, "ann", "reader", "writer");
    ApiClient client = new ApiClient(platform.http(), api, token);
    return IntStream.range(0, CLIENTS)
        .mapToObj(n -> threads.submit(() -> answers(client, end, pause)))
        .toList();
  }

  private static Answers answers(ApiClient client, long end, Duration pause) {
    Answers answers = new Answers(new ArrayList<>(), new ArrayList<>());
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      answers.codes().add(client.create("{\"title\":\"bench\"}").status());
      answers.millis().add((System.nanoTime() - began) / 1e6);
      LockSupport.parkNanos(pause.toNanos());
    }
    return answers;
  }

  private static Answers joined(List<Future<Answers>> parts) throws Exception {
    Answers all = new Answers(new ArrayList<>(), new ArrayList<>());
    for (Future<Answers> part : parts) {
      all.codes().addAll(part.get().codes());
      all.millis().addAll(part.get().millis());
    }
    return all;
  }
}
