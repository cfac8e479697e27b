package dev.knowledgenetwork.operator.core.shardset;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.shardset.patroni.PatroniConfiguration;
import dev.knowledgenetwork.operator.core.shardset.topology.DatabaseView;
import dev.knowledgenetwork.topology.KnSchema;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Map;

/** ShardSets for tests. */
public final class Sets {

  public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  public static final Images IMAGES = new Images("postgres:1", "pooler:1", "valkey:1", "app:1");
  public static final String CLUSTER_ID = "00000000-0000-0000-0000-000000000001";

  /** What a database says that is as it must be. */
  public static final DatabaseView PREPARED =
      new DatabaseView(true, CLUSTER_ID, KnSchema.VERSION, 1);

  private static final ObjectMapper JSON = new ObjectMapper();

  private Sets() {}

  /** A ShardSet {@code demo/kn} with a spec in YAML. */
  public static ShardSet set(String spec) {
    return named("kn", spec);
  }

  public static ShardSet named(String name, String spec) {
    ShardSet set = new ShardSet();
    set.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("demo")
            .withUid("uid-of-set")
            .withGeneration(1L)
            .build());
    set.setSpec(Serialization.unmarshal("spec: " + spec, ShardSet.class).getSpec());
    return set;
  }

  /** A ShardSet of one shard, and of so few buckets that a pass costs next to nothing. */
  public static ShardSet small(String rest) {
    return set(smallSpec(rest));
  }

  /** The spec of such a ShardSet: {@code rest} follows in YAML. */
  public static String smallSpec(String rest) {
    return shardsSpec(1, rest);
  }

  /** A spec of that many shards, with few buckets. */
  public static String shardsSpec(int shards, String rest) {
    return "{sharding: {shards: %d, buckets: 16, virtualNodes: 1}, %s}".formatted(shards, rest);
  }

  /** Patroni's dynamic configuration for a spec in YAML. */
  public static Map<String, Object> dynamic(String spec) {
    ShardSet set = set(spec);
    return PatroniConfiguration.dynamic(set.getSpec(), set.getSpec().instances());
  }

  @SuppressWarnings("unchecked")
  static <T extends HasMetadata> T copy(T object) {
    return (T) JSON.convertValue(object, object.getClass());
  }
}
