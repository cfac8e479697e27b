package dev.knowledgenetwork.collections;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.sharding.DeletedRowPurge;
import dev.knowledgenetwork.sharding.Race;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens at once, collections are trees of what is there. */
class CollectionTreesIT {
  private static final TenantId TENANT = new TenantId("acme");

  private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
  private static TestShards shards;
  private static Shards storage;
  private static Resources collections;

  @BeforeAll
  static void start(@TempDir Path directory) {
    shards = TestShards.startMigrated(1, new Collections().migrations());
    storage = Shards.open(shards.settings(shards.writeTopology(directory)), METERS);
    collections = storage.resources(Collections.COLLECTIONS);
  }

  @AfterAll
  static void stop() {
    storage.close();
    shards.close();
  }

  @RepeatedTest(50)
  void aCollectionIsDeletedOrOneIsMadeInItNeverBoth() throws Exception {
    ResourceId parent = create(null);
    List<Boolean> made = Race.made(() -> delete(parent), () -> create(parent));
    assertThat(made).containsOnlyOnce(true);
    assertThat(isThere(parent)).isEqualTo(made.getLast());
  }

  @RepeatedTest(50)
  void aCollectionIsDeletedOrOneIsMovedIntoItNeverBoth() throws Exception {
    ResourceId parent = create(null);
    ResourceId child = create(null);
    List<Boolean> made = Race.made(() -> delete(parent), () -> move(child, parent));
    assertThat(made).containsOnlyOnce(true);
    assertThat(isThere(parent)).isEqualTo(made.getLast());
  }

  @RepeatedTest(50)
  void twoMovesThatWouldCloseACircleAreNotBothMade() throws Exception {
    ResourceId one = create(null);
    ResourceId other = create(null);
    assertThat(Race.made(() -> move(one, other), () -> move(other, one))).containsOnlyOnce(true);
    assertThat(METERS.find("kn.storage.retries").tag("reason", "conflict").counters())
        .as("deadlocks")
        .isEmpty();
  }

  @Test
  void whoeverChangesACollectionKeepsNobodyFromReferringToIt() throws SQLException {
    ResourceId parent = create(null);
    try (Connection other = shards.connect(0, "kn_app");
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("update collections set name = 'm' where id = '" + parent + "'");
      assertThat(isThere(create(parent))).isTrue();
      other.commit();
    }
  }

  @RepeatedTest(20)
  void aChildCanAlwaysBeDeletedAndItsParentOnceItIsGone() throws Exception {
    ResourceId parent = create(null);
    ResourceId child = create(parent);
    List<Boolean> made = Race.made(() -> delete(child), () -> delete(parent));
    assertThat(made.getFirst()).isTrue();
    assertThat(isThere(parent)).isNotEqualTo(made.getLast());
  }

  @Test
  void whatWasDeletedIsPurgedHoweverItWasNested() throws SQLException {
    ResourceId top = create(null);
    ResourceId middle = create(top);
    ResourceId bottom = create(middle);
    List.of(bottom, middle, top).forEach(CollectionTreesIT::delete);
    shards.execute(
        0,
        "postgres",
        "set session_replication_role = replica; update collections set"
            + " deleted_at = now() - interval '31 days' where id in ('%s', '%s', '%s')"
                .formatted(top, middle, bottom));
    assertThat(storage.purge("collections").purge(Duration.ofDays(30)))
        .isEqualTo(new DeletedRowPurge.Result(3, List.of()));
  }

  private static boolean isThere(ResourceId id) {
    return collections.find(TENANT, id).isPresent();
  }

  private static Object delete(ResourceId id) {
    return collections.delete(TENANT, id, OptionalLong.empty());
  }

  private static Object move(ResourceId id, ResourceId parent) {
    return collections.patch(
        TENANT, id, 1, Changes.NONE.with(Collections.PARENT, Change.to(parent)));
  }

  private static ResourceId create(@Nullable ResourceId parent) {
    CreateOutcome<Resource> outcome =
        collections.create(
            TENANT,
            "ann",
            Values.NONE
                .with(Collections.NAME, "n")
                .with(Collections.DESCRIPTION, "")
                .with(Collections.PARENT, parent)
                .with(Collections.ORDER, 0L));
    return ((CreateOutcome.Created<Resource>) outcome).value().id();
  }
}
