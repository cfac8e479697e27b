package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two shards lets nobody in when a server starts. */
class LostShardIT {

  @TempDir private Path directory;

  @Test
  void aServerStartsWithWhatIsThereAndServesTheRestWhenItIsBack() throws SQLException {
    try (Platform platform = new Platform(directory)) {
      assertThat(platform.migrate().exitCode()).isZero();
      platform.shards().execute(0, "postgres", "alter role kn_app nologin");
      RunningServer api = platform.start("api").awaitReady();

      ApiClient there = client(platform, api, 1);
      assertThat(there.create("{\"title\":\"t\"}").status()).isEqualTo(201);
      ApiClient lost = client(platform, api, 0);
      ApiClient.Answer refused = lost.create("{\"title\":\"t\"}");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isNotEmpty();
      assertThat(refused.json().get("type").textValue()).isNotEmpty();

      platform.shards().execute(0, "postgres", "alter role kn_app login");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> lost.create("{\"title\":\"t\"}").status() == 201);
    }
  }

  private static ApiClient client(Platform platform, RunningServer server, int shard) {
    String tenant = platform.shards().tenantOn(shard).value();
    return new ApiClient(
        platform.http(), server, platform.issuer().token(tenant, "ann", "reader", "writer"));
  }
}
