package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.sharding.Route;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a keyed read costs through {@link Resources}, beside the same statement written by hand on
 * the same pool: {@code ./kn bench read}.
 */
class KeyedReadBench {
  private static final int WARM_UP = 5;
  private static final int ROUNDS = 40;
  private static final int READS = 1_000;

  private static final String SQL =
      "select title, content, status, collection, tags, author, version, created_at, updated_at"
          + " from documents where bucket = ? and tenant_id = ? and id = ? and deleted_at is null"
          + " and (select kn.read(?, ?))";

  /** A document as somebody would read it who knows only documents. */
  private record Document(
      String title,
      String content,
      DocumentStatus status,
      @Nullable String collection,
      List<String> tags,
      String author,
      long version,
      OffsetDateTime createdAt,
      OffsetDateTime updatedAt) {}

  private interface Read {
    Object once();
  }

  @Test
  void aKeyedReadCostsLittleMoreThanOneWrittenByHand(@TempDir Path directory) {
    try (TestShards shards = TestShards.startMigrated(1, Migrations.ALL);
        Shards storage =
            Shards.open(
                shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry())) {
      TenantId tenant = new TenantId("acme");
      Resources documents = storage.resources(Documents.DOCUMENTS);
      ResourceId id = create(documents, tenant);
      double[] ratios =
          ratios(
              () -> documents.find(tenant, id).orElseThrow(),
              () ->
                  storage
                      .transactions()
                      .read("find", tenant.value(), (at, route) -> read(at, route, tenant, id)));
      Arrays.sort(ratios);
      System.out.printf(
          "figure: keyed read beside JDBC by hand, median of %d rounds of %d reads: %.3f, half of"
              + " them %.3f to %.3f%n",
          ROUNDS, READS, ratios[ROUNDS / 2], ratios[ROUNDS / 4], ratios[3 * ROUNDS / 4]);
      assertThat(ratios[ROUNDS / 2]).isBetween(0.8, 1.2);
    }
  }

  private static ResourceId create(Resources documents, TenantId tenant) {
    Values values =
        Values.NONE
            .with(Documents.TITLE, "title")
            .with(Documents.CONTENT, "x".repeat(1_000))
            .with(Documents.STATUS, DocumentStatus.DRAFT)
            .with(Documents.TAGS, List.of("a", "b"));
    return ((CreateOutcome.Created<Resource>) documents.create(tenant, "ann", values)).value().id();
  }

  private static Document read(Connection connection, Route route, TenantId tenant, ResourceId id)
      throws SQLException {
    try (PreparedStatement statement = route.prepare(connection, SQL)) {
      statement.setInt(1, route.bucket());
      statement.setString(2, tenant.value());
      statement.setObject(3, id.value(), java.sql.Types.OTHER);
      statement.setInt(4, route.bucket());
      statement.setLong(5, route.epoch());
      ResultSet row = statement.executeQuery();
      row.next();
      return new Document(
          row.getString(1),
          row.getString(2),
          DocumentStatus.valueOf(row.getString(3)),
          row.getString(4),
          List.of((String[]) row.getArray(5).getArray()),
          row.getString(6),
          row.getLong(7),
          row.getObject(8, OffsetDateTime.class),
          row.getObject(9, OffsetDateTime.class));
    }
  }

  /** Both alternately, so that what else the machine does meets both. */
  private static double[] ratios(Read measured, Read byHand) {
    double[] ratios = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      long[] nanos = new long[2];
      for (int read = 0; read < READS; read++) {
        nanos[0] += nanos(measured);
        nanos[1] += nanos(byHand);
      }
      if (round >= 0) {
        ratios[round] = (double) nanos[0] / nanos[1];
      }
    }
    return ratios;
  }

  private static long nanos(Read read) {
    long start = System.nanoTime();
    Object found = read.once();
    long end = System.nanoTime();
    assertThat(found).isNotNull();
    return end - start;
  }
}
