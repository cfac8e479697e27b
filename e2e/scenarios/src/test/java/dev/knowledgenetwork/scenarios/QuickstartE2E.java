package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.ApiClient;
import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.topology.Buckets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/** Ten lines of YAML become a platform that stores documents on the shard their bucket says. */
@Isolated("measures how fast a platform becomes Ready")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickstartE2E {

  private static final String TENANT = "acme";
  private static final Path RULES =
      Path.of(
          "../../operator/core/src/main/resources/dev/knowledgenetwork/operator/core/shardset/rules");

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-quickstart", "quick");

  @BeforeAll
  void apply() {
    Instant start = Instant.now();
    platform.apply("profile: Development\ndeletionPolicy: Delete");
    platform.awaitReady();
    Figure.print(
        "quickstart applied to Ready: %d s", Duration.between(start, Instant.now()).toSeconds());
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void aDocumentIsFoundOnTheShardItsBucketSays() throws Exception {
    ApiClient api = platform.api(TENANT, "ada").patient();
    ApiClient.Answer created = api.create("First", "Hello");
    assertThat(created.status()).isEqualTo(201);
    String id = created.body().get("id").asText();
    assertThat(created.header("Location")).endsWith("/api/v1/documents/" + id);

    ApiClient.Answer read = api.get(id);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.body().get("content").asText()).isEqualTo("Hello");

    int bucket = new Buckets(4096).of(TENANT);
    String owner = null;
    for (String shard : List.of("s0", "s1")) {
      List<String> found =
          platform.sql(shard, "select bucket::text from documents where id = '" + id + "'");
      boolean owned =
          platform
              .sql(shard, "select state from kn.bucket_owner where bucket = " + bucket)
              .equals(List.of("owned"));
      assertThat(found.equals(List.of(String.valueOf(bucket)))).as(shard).isEqualTo(owned);
      owner = owned ? shard : owner;
    }
    assertThat(owner).as("exactly one shard owns the bucket").isNotNull();
  }

  @Test
  void anotherTenantSeesNothing() throws Exception {
    ApiClient ours = platform.api(TENANT, "ada").patient();
    String id = ours.create("Secret", "ours").body().get("id").asText();
    assertThat(platform.api("rival", "eve").patient().get(id).status()).isEqualTo(404);
  }

  @Test
  void aWriteShowsThroughTheCache() throws Exception {
    ApiClient api = platform.api(TENANT, "ada").patient();
    ApiClient.Answer created = api.create("Draft", "one");
    String id = created.body().get("id").asText();
    api.get(id);
    ApiClient.Answer patched =
        api.send(
            "PATCH",
            "/api/v1/documents/" + id,
            Map.of(
                "Content-Type", "application/merge-patch+json", "If-Match", created.header("ETag")),
            "{\"content\":\"two\"}");
    assertThat(patched.status()).isEqualTo(200);
    assertThat(api.get(id).body().get("content").asText()).isEqualTo("two");
  }

  /** The lists were written on another build of PostgreSQL than the one that runs. */
  @Test
  void theServerHasTheParametersThatSpecsAreJudgedBy() throws Exception {
    List<String> server =
        platform.sql(
            "s0",
            """
            select name || '|' || context || '|' || vartype || '|' || coalesce(unit, '')
                   || '|' || coalesce(min_val, '') || '|' || coalesce(max_val, '')
                   || '|' || coalesce(array_to_string(enumvals, ','), '')
              from pg_settings
             where position('.' in name) = 0 and name <> 'server_version_num'
            """);
    Map<String, String> judged = parameters();
    judged.remove("server_version_num");
    assertThat(server).containsExactlyInAnyOrderElementsOf(judged.values());
  }

  /** The lines of both lists without their last column; the second list replaces the first. */
  private static Map<String, String> parameters() throws IOException {
    Map<String, String> parameters = new TreeMap<>();
    for (String file : List.of("postgresql-17-parameters.txt", "postgresql-17-image.txt")) {
      for (String line : Files.readAllLines(RULES.resolve(file))) {
        parameters.put(
            line.substring(0, line.indexOf('|')), line.substring(0, line.lastIndexOf('|')));
      }
    }
    return parameters;
  }

  @Test
  void changingTheNumberOfShardsIsRefused() {
    CustomObject shardSet = platform.shardSet();
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> shardSet.patch("{\"spec\":{\"sharding\":{\"shards\":3}}}")))
        .hasMessageContaining("resharding");
    assertThat(shardSet.is("Ready", "True")).isTrue();
  }
}
