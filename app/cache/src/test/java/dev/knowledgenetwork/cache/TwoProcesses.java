package dev.knowledgenetwork.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.knowledgenetwork.cache.testing.RealRedis;
import dev.knowledgenetwork.cache.testing.TestAuthority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two processes' worth of cache on a real Redis: TLS, ACL user, killed, frozen, restarted. */
abstract class TwoProcesses {

  record Note(String text, long version) {}

  private static final ValueCodec<Note> CODEC =
      new ValueCodec<>() {
        @Override
        public byte[] encode(Note note) {
          return (note.version() + "|" + note.text()).getBytes(UTF_8);
        }

        @Override
        public Note decode(byte[] bytes) {
          String[] parts = new String(bytes, UTF_8).split("\\|", 2);
          return new Note(parts[1], Long.parseLong(parts[0]));
        }
      };
  static final CacheClass<Note> NOTES = new CacheClass<>("document", CODEC, Note::version, 1);

  @TempDir Path directory;
  final Map<String, Note> database = new ConcurrentHashMap<>();
  final AtomicInteger loads = new AtomicInteger();
  final SimpleMeterRegistry registryOfA = new SimpleMeterRegistry();
  final SimpleMeterRegistry registryOfB = new SimpleMeterRegistry();
  final List<TieredCache> open = new ArrayList<>();
  RealRedis redis;
  TieredCache a;
  TieredCache b;

  @BeforeEach
  void startTwoProcesses() {
    redis = new RealRedis(directory, new TestAuthority());
    a = start("a", registryOfA);
    b = start("b", registryOfB);
    awaitUsable(a, b);
  }

  @AfterEach
  void stop() {
    redis.thaw();
    open.forEach(TieredCache::close);
    redis.close();
  }

  TieredCache start(String name, SimpleMeterRegistry registry) {
    return start(name, registry, redis.policy());
  }

  TieredCache start(String name, SimpleMeterRegistry registry, String policy) {
    TieredCache cache =
        new TieredCache(
            CachePolicy.parse(policy), new CacheCredentials(redis.credentials()), name, registry);
    open.add(cache);
    return cache;
  }

  static void awaitUsable(TieredCache... caches) {
    for (TieredCache cache : caches) {
      await().atMost(Duration.ofSeconds(15)).until(cache::remoteUsable);
    }
  }

  Optional<Note> read(TieredCache cache, String tenant, String id) {
    return cache.get(NOTES, tenant, id, fromDatabase(tenant, id));
  }

  Supplier<Optional<Note>> fromDatabase(String tenant, String id) {
    return () -> {
      loads.incrementAndGet();
      return Optional.ofNullable(database.get(tenant + "/" + id));
    };
  }

  void write(TieredCache cache, String tenant, String id, Note note) {
    database.put(tenant + "/" + id, note);
    cache.changed(new KeyChange("document", tenant, id, note.version(), KeyChange.Kind.UPDATED));
  }

  int loadsDuring(Runnable action) {
    int before = loads.get();
    action.run();
    return loads.get() - before;
  }

  /** Until both tiers have it: filling L2 happens in the background. */
  void warm(String tenant, String id) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              read(a, tenant, id);
              TieredCache fresh = start("probe-" + open.size(), new SimpleMeterRegistry());
              awaitUsable(fresh);
              boolean hit = loadsDuring(() -> read(fresh, tenant, id)) == 0;
              fresh.close();
              return hit;
            });
  }

  void assertThatWritesReachTheOther(String id) {
    write(a, "acme", id, new Note("one", 1));
    read(a, "acme", id);
    read(b, "acme", id);

    for (long version = 2; version < 50; version++) {
      Note note = new Note("version " + version, version);
      TieredCache writer = version % 2 == 0 ? a : b;
      TieredCache other = version % 2 == 0 ? b : a;
      write(writer, "acme", id, note);

      assertThat(read(writer, "acme", id)).as("own write is read at once").contains(note);
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(read(other, "acme", id)).contains(note));
    }
  }
}
