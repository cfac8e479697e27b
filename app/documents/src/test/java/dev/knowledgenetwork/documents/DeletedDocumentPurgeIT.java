package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.sharding.DeletedRowPurge;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletedDocumentPurgeIT {
  private static final Duration AGE = Duration.ofDays(30);

  @TempDir private Path directory;

  private TestShards shards;
  private Shards storage;

  @BeforeEach
  void start() {
    shards = TestShards.startMigrated(2, Migrations.ALL);
    storage =
        Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry());
  }

  @AfterEach
  void stop() {
    storage.close();
    shards.close();
  }

  @Test
  void onlyRowsDeletedLongAgoGoInAsManyBatchesAsNeeded() throws SQLException {
    insert(0, 1203, "now() - interval '31 days'");
    insert(0, 7, "now() - interval '29 days'");
    insert(0, 5, "null");
    insert(1, 3, "now() - interval '40 days'");

    assertThat(storage.purge("documents").purge(AGE))
        .isEqualTo(new DeletedRowPurge.Result(1206, List.of()));
    assertThat(rows(0)).isEqualTo(12);
    assertThat(rows(1)).isZero();
    assertThat(storage.purge("documents").purge(AGE))
        .isEqualTo(new DeletedRowPurge.Result(0, List.of()));
  }

  @Test
  void copiesThatThisShardDoesNotOwnYetAreLeftAlone() throws SQLException {
    insert(0, 4, "now() - interval '31 days'");
    int bucket = shards.bucket(shards.tenantOn(0));
    shards.execute(
        0, "postgres", "update kn.bucket_owner set state = 'absent' where bucket = " + bucket);
    assertThat(storage.purge("documents").purge(AGE))
        .isEqualTo(new DeletedRowPurge.Result(0, List.of()));
    assertThat(rows(0)).isEqualTo(4);
  }

  @Test
  void aShardThatIsAwayDoesNotKeepTheOthersFromBeingPurged() throws SQLException, IOException {
    insert(1, 2, "now() - interval '31 days'");
    shards.stop(0);
    assertThat(storage.purge("documents").purge(AGE))
        .isEqualTo(new DeletedRowPurge.Result(2, List.of("s0")));
  }

  private void insert(int shard, int count, String deletedAt) throws SQLException {
    String tenant = shards.tenantOn(shard).value();
    int bucket = shards.bucket(shards.tenantOn(shard));
    shards.execute(
        shard,
        "kn_app",
        """
        insert into documents
          (bucket, tenant_id, id, title, content, status, author, deleted_at)
        select %d, '%s', kn.uuidv7(), 't', '', 'DRAFT', 'a', %s from generate_series(1, %d)
        """
            .formatted(bucket, tenant, deletedAt, count));
  }

  private long rows(int shard) throws SQLException {
    try (Connection connection = shards.connect(shard, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from documents")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
