package dev.knowledgenetwork.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentsMigrationsIT {

  /** What databases in use have in their history; another name or checksum fails the next run. */
  private static final List<String> HISTORY =
      List.of(
          "1 documents V1__documents.sql 598941180",
          "2 documents by collection V2__documents_by_collection.sql -1610569376",
          "4 collections V4__collections.sql 1080072062",
          "5 documents in collections V5__documents_in_collections.sql 656752797",
          "6 documents by collection id V6__documents_by_collection_id.sql 1619422476",
          "22 collections at the top V22__collections_at_the_top.sql -1339837752");

  @Test
  void theHistoryOfDatabasesInUseStaysValid() throws SQLException {
    try (TestShards shards = TestShards.startMigrated(1, Migrations.ALL);
        Connection connection = shards.connect(0, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select concat_ws(' ', version, description, script, checksum), script"
                    + " from flyway_schema_history where type = 'SQL' order by installed_rank")) {
      List<String> history = new ArrayList<>();
      while (rows.next()) {
        if (!Shards.MIGRATIONS.contains(rows.getString("script"))) {
          history.add(rows.getString(1));
        }
      }
      assertThat(history).isEqualTo(HISTORY);
    }
  }
}
