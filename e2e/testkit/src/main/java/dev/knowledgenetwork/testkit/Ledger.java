package dev.knowledgenetwork.testkit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers that create documents without pause and remember every acknowledged one, so that a test
 * can ask afterwards what was lost. Each document has a content of its own: a document that came
 * back with another content counts as lost too.
 */
public final class Ledger implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final List<Instant> times = Collections.synchronizedList(new ArrayList<>());
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Thread> writers = new ArrayList<>();
  private final ApiClient api;

  private Ledger(ApiClient api, int writers) {
    this.api = api;
    for (int i = 0; i < writers; i++) {
      int writer = i;
      this.writers.add(Thread.ofVirtual().start(() -> write(writer)));
    }
  }

  /** Starts writers that use this client until the ledger is closed. */
  public static Ledger start(ApiClient api, int writers) {
    return new Ledger(api, writers);
  }

  private void write(int writer) {
    for (int n = 0; !stop.get(); n++) {
      String content = "writer " + writer + " document " + n;
      try {
        ApiClient.Answer answer = api.create("ledger", content);
        if (answer.status() == 201) {
          acknowledged.put(answer.body().get("id").asText(), content);
          times.add(Instant.now());
        }
      } catch (IOException e) {
        // Not acknowledged: the document may exist or not, and the ledger does not ask for it.
      } catch (InterruptedException e) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  public int acknowledged() {
    return acknowledged.size();
  }

  /** The longest time between two acknowledged writes since the start. */
  public Duration longestGap() {
    List<Instant> sorted = times.stream().sorted().toList();
    Duration longest = Duration.ZERO;
    for (int i = 1; i < sorted.size(); i++) {
      Duration gap = Duration.between(sorted.get(i - 1), sorted.get(i));
      longest = gap.compareTo(longest) > 0 ? gap : longest;
    }
    return longest;
  }

  /** Stops the writers and returns the ids of acknowledged documents that cannot be read back. */
  public List<String> lost() throws IOException, InterruptedException {
    return lost(api);
  }

  /** The same, read through another client: where the platform was made anew since. */
  public List<String> lost(ApiClient reader) throws IOException, InterruptedException {
    close();
    // A document that a busy platform is slow to show is not lost.
    ApiClient patient = reader.patient();
    List<String> lost = new ArrayList<>();
    for (Map.Entry<String, String> entry : acknowledged.entrySet()) {
      ApiClient.Answer answer = patient.get(entry.getKey());
      if (answer.status() != 200
          || !entry.getValue().equals(answer.body().path("content").asText())) {
        lost.add(entry.getKey() + " (" + answer.status() + ")");
      }
    }
    return lost;
  }

  @Override
  public void close() throws InterruptedException {
    stop.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
  }
}
