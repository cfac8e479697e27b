package dev.knowledgenetwork.operator.core.network.roles;

import dev.knowledgenetwork.crds.cachetier.CacheEngine;
import dev.knowledgenetwork.crds.cachetier.CacheMode;
import dev.knowledgenetwork.crds.cachetier.CachePlacement;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.crds.cachetier.L1;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.AntiAffinity;
import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.Placement;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.shardset.Pool;
import dev.knowledgenetwork.crds.shardset.Pooler;
import dev.knowledgenetwork.crds.shardset.PostgresVersion;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.crds.shardset.Sharding;
import dev.knowledgenetwork.crds.shardset.ShardingStrategy;
import dev.knowledgenetwork.crds.shardset.Storage;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a profile stands for. The memory limits of Development add up to less than 4 GiB, the two
 * operator pods included.
 */
public record Sizes(Database database, String cacheMemory, Size api, Size realtime, Size worker) {

  /** What a migration gets, in every profile: it holds no data in memory. */
  static final Resources MIGRATION = resources("50m", "192Mi", "2", "384Mi");

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

    /**
     * With what a spec asks for in place of the profile's. A limit that is not asked for is at
     * least the request, a request that is not asked for at most the limit.
     */
    public Size with(@Nullable Integer askedReplicas, Resources asked) {
      Map<String, Quantity> limits = new TreeMap<>(resources.limits());
      asked.requests().forEach((name, request) -> limits.merge(name, request, Sizes::larger));
      limits.putAll(asked.limits());
      Map<String, Quantity> requests = new TreeMap<>(resources.requests());
      asked.limits().forEach((name, limit) -> requests.merge(name, limit, Sizes::smaller));
      requests.putAll(asked.requests());
      return new Size(
          askedReplicas == null ? replicas : askedReplicas, new Resources(requests, limits));
    }
  }

  /** The sizes of a profile. */
  public static Sizes of(Profile profile) {
    return switch (profile) {
      case DEVELOPMENT ->
          new Sizes(
              new Database(
                  2,
                  1,
                  "2Gi",
                  resources("50m", "256Mi", "1", "512Mi"),
                  new Pool(new Pooler(1), 1, 5),
                  AntiAffinity.PREFERRED),
              "64Mi",
              new Size(1, resources("50m", "256Mi", "2", "512Mi")),
              new Size(1, resources("25m", "192Mi", "2", "384Mi")),
              new Size(1, resources("25m", "192Mi", "2", "384Mi")));
      case SMALL ->
          new Sizes(
              new Database(
                  2,
                  3,
                  "20Gi",
                  resources("500m", "1Gi", "2", "2Gi"),
                  new Pool(new Pooler(2), 5, 20),
                  AntiAffinity.REQUIRED),
              "256Mi",
              new Size(2, resources("250m", "512Mi", "2", "1Gi")),
              new Size(2, resources("100m", "384Mi", "2", "768Mi")),
              new Size(1, resources("100m", "384Mi", "1", "768Mi")));
      case MEDIUM ->
          new Sizes(
              new Database(
                  4,
                  3,
                  "100Gi",
                  resources("2", "4Gi", "4", "8Gi"),
                  new Pool(new Pooler(3), 5, 20),
                  AntiAffinity.REQUIRED),
              "2Gi",
              new Size(3, resources("500m", "1Gi", "2", "2Gi")),
              new Size(3, resources("250m", "768Mi", "2", "1536Mi")),
              new Size(2, resources("250m", "512Mi", "2", "1Gi")));
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

  /** The ShardSet of a platform that refers to none. */
  public ShardSetSpec shardSet(DeletionPolicy deletionPolicy) {
    return new ShardSetSpec(
        PostgresVersion.V17,
        new Sharding(ShardingStrategy.HASH, "tenant_id", BUCKETS, VIRTUAL_NODES, database.shards()),
        database.instances(),
        new Storage(new Quantity(database.storage()), null),
        database.resources(),
        Map.of(),
        database.pool(),
        new Placement(Map.of(), List.of(), database.spread()),
        deletionPolicy);
  }

  /** The CacheTier of a platform that refers to none. */
  public CacheTierSpec cacheTier() {
    return new CacheTierSpec(
        L1.defaults(),
        new L2(
            CacheEngine.VALKEY,
            CacheMode.STANDALONE,
            new Quantity(cacheMemory),
            EvictionPolicy.ALLKEYS_LRU,
            null),
        "300s",
        "1",
        Map.of(),
        CachePlacement.anywhere());
  }

  private static Quantity larger(Quantity one, Quantity other) {
    return one.getNumericalAmount().compareTo(other.getNumericalAmount()) >= 0 ? one : other;
  }

  private static Quantity smaller(Quantity one, Quantity other) {
    return one.getNumericalAmount().compareTo(other.getNumericalAmount()) <= 0 ? one : other;
  }

  private static Resources resources(
      String cpuRequest, String memoryRequest, String cpuLimit, String memoryLimit) {
    return new Resources(
        Map.of("cpu", new Quantity(cpuRequest), "memory", new Quantity(memoryRequest)),
        Map.of("cpu", new Quantity(cpuLimit), "memory", new Quantity(memoryLimit)));
  }
}
