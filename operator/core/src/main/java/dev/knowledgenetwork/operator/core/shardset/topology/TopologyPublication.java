package dev.knowledgenetwork.operator.core.shardset.topology;

import dev.knowledgenetwork.crds.shardset.Sharding;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.topology.TopologyDocument;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topology document and the Secret that publishes it. This version knows epoch 1 only. */
public final class TopologyPublication {

  static final String DOCUMENT = "topology.json";

  /** Key of the authority's certificate. */
  public static final String AUTHORITY = "ca.crt";

  private TopologyPublication() {}

  /** Cost: linear in buckets, virtual nodes and shards. */
  public static TopologyDocument document(Blueprint blueprint) {
    Sharding sharding = blueprint.spec().sharding();
    List<TopologyDocument.Shard> shards =
        blueprint.shards().stream().map(shard -> shard(blueprint, shard)).toList();
    return TopologyDocument.first(
        blueprint.clusterId(),
        sharding.key(),
        sharding.buckets(),
        sharding.virtualNodes(),
        Names.DATABASE,
        shards);
  }

  private static TopologyDocument.Shard shard(Blueprint blueprint, String shard) {
    String namespace = blueprint.namespace();
    return new TopologyDocument.Shard(
        shard,
        new TopologyDocument.Endpoint(
            Names.host(blueprint.shardName(shard), namespace), Blueprint.POSTGRES_PORT),
        new TopologyDocument.Endpoint(
            Names.host(Names.replicas(blueprint.name(), shard), namespace),
            Blueprint.POSTGRES_PORT),
        new TopologyDocument.Pooler(
            Names.host(Names.pooler(blueprint.name()), namespace),
            Blueprint.POOLER_PORT,
            Names.pooledDatabase(shard)));
  }

  /**
   * The Secret for applications. It stays with the data, which is placed by it: who comes back to
   * retained volumes must come back with the same sharding.
   *
   * @param authority certificate of the authority, base64
   */
  public static Secret secret(Blueprint blueprint, TopologyDocument document, String authority) {
    return new SecretBuilder()
        .withMetadata(blueprint.retained(Names.topology(blueprint.name()), blueprint.labels()))
        .withType("Opaque")
        .withData(Map.of(DOCUMENT, encoded(document.toJson()), AUTHORITY, authority))
        .build();
  }

  /** The certificate of the ShardSet's authority, base64, once it is there. */
  public static Optional<String> authority(Children children, String shardSet) {
    return children
        .find(Secret.class, Names.databaseAuthority(shardSet))
        .map(Secret::getData)
        .map(data -> data.get("tls.crt"));
  }

  /** The document that was published, where there is a readable one. */
  public static Optional<TopologyDocument> published(Children children, String shardSet) {
    return children
        .find(Secret.class, Names.topology(shardSet))
        .map(Secret::getData)
        .map(data -> data.get(DOCUMENT))
        .flatMap(TopologyPublication::parsed);
  }

  private static Optional<TopologyDocument> parsed(String encoded) {
    try {
      return Optional.of(TopologyDocument.parse(decoded(encoded)));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Text of a value in the data of a Secret.
   *
   * @throws IllegalArgumentException where it is not base64
   */
  public static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
