package dev.knowledgenetwork.operator.core.shardset;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Labels.Component;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Images;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What every template of a ShardSet starts from. */
record Blueprint(ShardSet set, String clusterId, Images images) {

  static final String POSTGRES = "postgres";
  static final String POOLER = "pooler";
  static final int POSTGRES_PORT = 5432;
  static final int PATRONI_PORT = 8008;
  static final int POOLER_PORT = 6432;

  ShardSetSpec spec() {
    return set.getSpec();
  }

  String name() {
    return set.getMetadata().getName();
  }

  String namespace() {
    return set.getMetadata().getNamespace();
  }

  /** Names of all shards, in the order of their ordinals. */
  List<String> shards() {
    return shards(set);
  }

  static List<String> shards(ShardSet set) {
    return IntStream.range(0, set.getSpec().sharding().shards()).mapToObj(Names::shard).toList();
  }

  /** Name of a shard's StatefulSet and of all that is named like it. */
  String shardName(String shard) {
    return Names.shard(name(), shard);
  }

  /** Labels of the objects of the whole set. */
  Map<String, String> labels() {
    return Labels.of(POSTGRES, Component.DATABASE, Labels.SHARD_SET, name());
  }

  /** Labels of the objects of a shard. */
  Map<String, String> shardLabels(String shard) {
    return Labels.with(labels(), Labels.SHARD, shard);
  }

  /** Selects the pods of a shard. */
  Map<String, String> shardSelector(String shard) {
    return Labels.with(postgresSelector(name()), Labels.SHARD, shard);
  }

  /** Selects the PostgreSQL pods of all shards. */
  static Map<String, String> postgresSelector(String shardSet) {
    return Labels.selector(POSTGRES, Labels.SHARD_SET, shardSet);
  }

  Map<String, String> poolerLabels() {
    return Labels.of(POOLER, Component.DATABASE, Labels.SHARD_SET, name());
  }

  Map<String, String> poolerSelector() {
    return Labels.selector(POOLER, Labels.SHARD_SET, name());
  }

  /** Metadata of an object that outlives the ShardSet, with the identity that it belongs to. */
  ObjectMeta retained(String objectName, Map<String, String> labels) {
    return Metadata.retained(set, objectName, Labels.with(labels, Labels.CLUSTER_ID, clusterId));
  }

  /** Metadata of an object that goes with the ShardSet. */
  ObjectMeta owned(String objectName, Map<String, String> labels) {
    return Metadata.owned(set, objectName, labels);
  }
}
