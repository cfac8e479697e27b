package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceIds;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.WriteOutcome;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the event's row costs a writer: changes a second of one process on one embedded shard, with
 * and without it, in turns so that both meet the same noise.
 */
class OutboxBench {

  private static final Duration TURN = Duration.ofSeconds(2);
  private static final int ROUNDS = 15;
  private static final int CLIENTS = 8;
  private static final Field<String> TITLE = Field.required("title", FieldTypes.line(100));
  private static final Values TITLED = Values.NONE.with(TITLE, "title");
  private static final Aggregate NOTES =
      new Aggregate("note", "notes", List.of(TITLE), List.of(), List.of(), List.of(), 1 << 16);

  private final TenantId tenant = new TenantId("acme");
  private final ResourceIds ids = new ResourceIds(InstantSource.system(), new SecureRandom());
  @TempDir private Path directory;

  /** Records nothing. */
  private static final class Silence extends Outbox {
    Silence(ResourceIds ids) {
      super(NOTES, ids);
    }

    @Override
    String recording(Verb verb, String change) {
      return change;
    }

    @Override
    void bind(PreparedStatement statement, int first, Verb verb, Subject subject) {}
  }

  /** What a client does again and again. */
  private interface Writing {
    void run(Resources notes, long end, AtomicLong done);
  }

  @Test
  void anEventCostsLessThanHalfOfItsChange() throws InterruptedException {
    try (TestShards shards = TestShards.startMigrated(1, Notes.MIGRATIONS);
        Shards storage = Shards.open(shards.settings(shards.writeTopology(directory)))) {
      Resources recorded = storage.resources(NOTES);
      Resources unrecorded =
          new ResourceTable(storage.transactions(), ids, NOTES, new Silence(ids));
      assertThat(ratio("create", recorded, unrecorded, this::create)).isGreaterThan(0.5);
      assertThat(ratio("patch", recorded, unrecorded, this::patch)).isGreaterThan(0.5);
    }
  }

  /** The median of the rounds, each a turn with the row beside one without. */
  private double ratio(String what, Resources recorded, Resources unrecorded, Writing writing)
      throws InterruptedException {
    rate(recorded, writing);
    rate(unrecorded, writing);
    double[] with = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      with[round] = rate(recorded, writing);
      ratios[round] = with[round] / rate(unrecorded, writing);
    }
    Arrays.sort(with);
    Arrays.sort(ratios);
    System.out.printf(
        "%s, %d clients: %.0f/s with the event's row, beside without %.2f (half of %d rounds:"
            + " %.2f to %.2f)%n",
        what,
        CLIENTS,
        with[ROUNDS / 2],
        ratios[ROUNDS / 2],
        ROUNDS,
        ratios[ROUNDS / 4],
        ratios[3 * ROUNDS / 4]);
    return ratios[ROUNDS / 2];
  }

  private double rate(Resources notes, Writing writing) throws InterruptedException {
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + TURN.toNanos();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int client = 0; client < CLIENTS; client++) {
        clients.execute(() -> writing.run(notes, end, done));
      }
    }
    return done.get() / (double) TURN.toSeconds();
  }

  private void create(Resources notes, long end, AtomicLong done) {
    while (System.nanoTime() < end) {
      made(notes);
      done.incrementAndGet();
    }
  }

  private Resource made(Resources notes) {
    return ((CreateOutcome.Created<Resource>) notes.create(tenant, "ann", TITLED)).value();
  }

  private void patch(Resources notes, long end, AtomicLong done) {
    Resource note = made(notes);
    while (System.nanoTime() < end) {
      Changes changes = Changes.NONE.with(TITLE, new Change.Replace<>("at " + note.version()));
      note =
          ((WriteOutcome.Updated<Resource>) notes.patch(tenant, note.id(), note.version(), changes))
              .value();
      done.incrementAndGet();
    }
  }
}
