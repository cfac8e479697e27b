package dev.knowledgenetwork.operator.core.network.roles;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.crds.cachetier.CacheEngine;
import dev.knowledgenetwork.crds.cachetier.CacheMode;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.crds.cachetier.L1;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.AntiAffinity;
import dev.knowledgenetwork.crds.common.Placement;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.shardset.Pool;
import dev.knowledgenetwork.crds.shardset.Pooler;
import dev.knowledgenetwork.crds.shardset.PostgresVersion;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.crds.shardset.Sharding;
import dev.knowledgenetwork.crds.shardset.ShardingStrategy;
import dev.knowledgenetwork.crds.shardset.Storage;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a profile stands for. The memory limits of Development add up to less than 4 GiB, the two
 * operator pods included.
 */
public record Sizes(Database database, String cacheMemory, Size api, Size realtime, Size worker) {

  /** What a migration gets, in every profile: it holds no data in memory. */
  static final Resources MIGRATION = Amounts.of("50m", "192Mi", "2", "384Mi");

  private static final int BUCKETS = 4096;
  private static final int VIRTUAL_NODES = 150;

  record Database(
      int shards,
      int instances,
      String storage,
      Resources resources,
      Pool pool,
      AntiAffinity spread) {}

  /** How many pods a role has, and what the container of each gets. */
  public record Size(int replicas, Resources resources) {

    /** With what a spec asks for in place of the profile's. */
    public Size with(@Nullable Integer askedReplicas, Resources asked) {
      return new Size(
          askedReplicas == null ? replicas : askedReplicas, Amounts.filled(asked, resources));
    }
  }

  /** Revision 1 of all profiles: released, so it stays as it is for ever. */
  static Sizes first(Profile profile) {
    return switch (profile) {
      case DEVELOPMENT ->
          new Sizes(
              new Database(
                  2,
                  1,
                  "2Gi",
                  Amounts.of("50m", "256Mi", "1", "512Mi"),
                  new Pool(Pooler.of(1), 1, 5),
                  AntiAffinity.PREFERRED),
              "64Mi",
              new Size(1, Amounts.of("50m", "256Mi", "2", "512Mi")),
              new Size(1, Amounts.of("25m", "192Mi", "2", "384Mi")),
              new Size(1, Amounts.of("25m", "192Mi", "2", "384Mi")));
      case SMALL ->
          new Sizes(
              new Database(
                  2,
                  3,
                  "20Gi",
                  Amounts.of("500m", "1Gi", "2", "2Gi"),
                  new Pool(Pooler.of(2), 5, 20),
                  AntiAffinity.REQUIRED),
              "256Mi",
              new Size(2, Amounts.of("250m", "512Mi", "2", "1Gi")),
              new Size(2, Amounts.of("100m", "384Mi", "2", "768Mi")),
              new Size(1, Amounts.of("100m", "384Mi", "1", "768Mi")));
      case MEDIUM ->
          new Sizes(
              new Database(
                  4,
                  3,
                  "100Gi",
                  Amounts.of("2", "4Gi", "4", "8Gi"),
                  new Pool(Pooler.of(3), 5, 20),
                  AntiAffinity.REQUIRED),
              "2Gi",
              new Size(3, Amounts.of("500m", "1Gi", "2", "2Gi")),
              new Size(3, Amounts.of("250m", "768Mi", "2", "1536Mi")),
              new Size(2, Amounts.of("250m", "512Mi", "2", "1Gi")));
    };
  }

  /** The size of a role. */
  public Size of(Role role) {
    return switch (role) {
      case API -> api;
      case REALTIME -> realtime;
      case WORKER -> worker;
    };
  }

  /** The ShardSet of a platform that refers to none; its pods go where the platform's go. */
  public ShardSetSpec shardSet(KnowledgeNetworkSpec network) {
    Placement asked = network.placement();
    return new ShardSetSpec(
        PostgresVersion.V17,
        null,
        new Sharding(ShardingStrategy.HASH, "tenant_id", BUCKETS, VIRTUAL_NODES, database.shards()),
        database.instances(),
        new Storage(new Quantity(database.storage()), null),
        database.resources(),
        Map.of(),
        database.pool(),
        new Placement(
            asked.nodeSelector(),
            asked.tolerations(),
            requireNonNullElse(asked.antiAffinity(), database.spread()),
            asked.topologySpread()),
        network.maintenance(),
        network.deletionPolicy(),
        network.imagePullSecrets(),
        network.priorityClassName(),
        network.podLabels(),
        network.podAnnotations(),
        network.serviceAccountAnnotations());
  }

  /** The CacheTier of a platform that refers to none; its pods go where the platform's go. */
  public CacheTierSpec cacheTier(KnowledgeNetworkSpec network) {
    return new CacheTierSpec(
        L1.defaults(),
        new L2(
            CacheEngine.VALKEY,
            CacheMode.STANDALONE,
            new Quantity(cacheMemory),
            EvictionPolicy.ALLKEYS_LRU,
            null,
            Resources.none(),
            null),
        "300s",
        "1",
        Map.of(),
        network.placement(),
        network.maintenance(),
        network.imagePullSecrets(),
        network.priorityClassName(),
        network.podLabels(),
        network.podAnnotations(),
        network.serviceAccountAnnotations());
  }
}
