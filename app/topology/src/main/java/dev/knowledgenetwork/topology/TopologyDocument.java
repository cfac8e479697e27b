package dev.knowledgenetwork.topology;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where every bucket lives and how its shard is reached. Published by the operator in the table
 * {@code kn.topology} of each shard (the authority) and in the Secret {@code <shardset>-topology}.
 *
 * @param clusterId identity of the ShardSet's data
 * @param epoch grows by one with every change of the assignment; first is 1
 * @param strategy how keys become buckets; {@code Hash}
 * @param key column that carries the sharding key
 * @param buckets number of buckets
 * @param virtualNodes points of each shard on the ring
 * @param database name of the database in every shard
 * @param shards the shards, in the order that {@code assignment} refers to
 * @param assignment for each bucket an index into {@code shards}
 * @param epochs for each bucket the epoch in which it came to its owner; empty as long as no bucket
 *     has moved. A bucket that stays keeps its epoch while the topology's grows
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TopologyDocument(
    String clusterId,
    long epoch,
    String strategy,
    String key,
    int buckets,
    int virtualNodes,
    String database,
    List<Shard> shards,
    List<Integer> assignment,
    @JsonInclude(Include.NON_EMPTY) List<Long> epochs) {

  private static final String EPOCHS = "epochs";
  private static final long FIRST_EPOCH = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** Host and port of a PostgreSQL service. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Endpoint(String host, int port) {

    /** Refuses an empty host and a port outside 1 to 65535. */
    public Endpoint {
      requireAddress(host, port);
    }
  }

  /** Host and port of the pooler and the name it gives to the shard's database. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Pooler(String host, int port, String database) {

    /** Refuses an empty host or database and a port outside 1 to 65535. */
    public Pooler {
      requireAddress(host, port);
      requireText(database, "pooler.database");
    }
  }

  /**
   * One shard.
   *
   * @param name {@code s0}, {@code s1}...
   * @param primary follows the primary through a failover
   * @param replicas any replica; with one instance only it has no address behind it
   * @param pooler where the application's statements go
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Shard(String name, Endpoint primary, Endpoint replicas, Pooler pooler) {

    /** Refuses a shard that lacks a part. */
    public Shard {
      requireText(name, "shards[].name");
      Objects.requireNonNull(primary, "shards[].primary");
      Objects.requireNonNull(replicas, "shards[].replicas");
      Objects.requireNonNull(pooler, "shards[].pooler");
    }
  }

  /** Refuses a document that would route a bucket nowhere. */
  public TopologyDocument {
    requireText(clusterId, "clusterId");
    requireText(strategy, "strategy");
    requireText(key, "key");
    requireText(database, "database");
    shards = List.copyOf(shards);
    assignment = List.copyOf(assignment);
    epochs = List.copyOf(epochs);
    require(epoch >= FIRST_EPOCH, "epoch must be at least 1");
    require(virtualNodes >= 1, "virtualNodes must be at least 1");
    require(!shards.isEmpty(), "at least one shard");
    require(assignment.size() == new Buckets(buckets).count(), "one assignment for each bucket");
    Set<String> names = new HashSet<>();
    for (Shard shard : shards) {
      require(names.add(shard.name()), "shard names must be distinct");
    }
    for (int owner : assignment) {
      require(owner >= 0 && owner < shards.size(), "assignment must be an index into shards");
    }
    require(epochs.isEmpty() || epochs.size() == buckets, "one of epochs for each bucket");
    for (long since : epochs) {
      require(since >= FIRST_EPOCH && since <= epoch, "epochs must be 1 to epoch");
    }
  }

  /**
   * The first topology of a ShardSet: epoch 1, buckets placed by the ring.
   *
   * @param clusterId identity of the ShardSet's data
   * @param key column that carries the sharding key
   * @param buckets number of buckets
   * @param virtualNodes points of each shard on the ring
   * @param database name of the database in every shard
   * @param shards the shards
   */
  public static TopologyDocument first(
      String clusterId,
      String key,
      int buckets,
      int virtualNodes,
      String database,
      List<Shard> shards) {
    HashRing ring = new HashRing(shards.stream().map(Shard::name).toList(), virtualNodes);
    List<Integer> assignment = ring.assign(new Buckets(buckets));
    return new TopologyDocument(
        clusterId,
        FIRST_EPOCH,
        "Hash",
        key,
        buckets,
        virtualNodes,
        database,
        shards,
        assignment,
        List.of());
  }

  /**
   * The topology after this one. Buckets that come to another shard, by its name, get its epoch;
   * all others keep theirs.
   *
   * @param nextShards the shards from now on
   * @param nextAssignment for each bucket an index into {@code nextShards}
   */
  public TopologyDocument next(List<Shard> nextShards, List<Integer> nextAssignment) {
    long next = epoch + 1;
    List<Long> nextEpochs = new ArrayList<>(buckets);
    for (int bucket = 0; bucket < buckets; bucket++) {
      String owner = nextShards.get(nextAssignment.get(bucket)).name();
      nextEpochs.add(owner.equals(owner(bucket)) ? epoch(bucket) : next);
    }
    return new TopologyDocument(
        clusterId,
        next,
        strategy,
        key,
        buckets,
        virtualNodes,
        database,
        nextShards,
        nextAssignment,
        nextEpochs);
  }

  /** Name of the shard that owns a bucket. */
  public String owner(int bucket) {
    return shards.get(assignment.get(bucket)).name();
  }

  /** The epoch in which a bucket came to its owner: what its shard is asked with. */
  public long epoch(int bucket) {
    return epochs.isEmpty() ? FIRST_EPOCH : epochs.get(bucket);
  }

  /**
   * Reads a document; fields that this version does not know are passed over.
   *
   * @throws IllegalArgumentException if the text is no JSON or no valid document
   */
  public static TopologyDocument parse(String json) {
    try {
      JsonNode document = JSON.readTree(json);
      if (document instanceof ObjectNode object && !object.has(EPOCHS)) {
        object.putArray(EPOCHS);
      }
      return JSON.treeToValue(document, TopologyDocument.class);
    } catch (JsonMappingException e) {
      String path =
          e.getPath().stream()
              .map(part -> part.getFieldName() == null ? "[]" : part.getFieldName())
              .collect(Collectors.joining("."));
      throw new IllegalArgumentException(
          "not a topology document: " + path + ": " + e.getOriginalMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a topology document: " + e.getOriginalMessage(), e);
    }
  }

  /** The document as compact JSON; equal documents give equal text. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a topology document is always writable", e);
    }
  }

  private static void requireAddress(String host, int port) {
    requireText(host, "host");
    require(port >= 1 && port <= 65_535, "port must be 1 to 65535");
  }

  private static void requireText(String value, String field) {
    require(value != null && !value.isBlank(), field + " must not be empty");
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }
}
