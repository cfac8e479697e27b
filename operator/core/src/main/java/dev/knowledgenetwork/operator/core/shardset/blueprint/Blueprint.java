package dev.knowledgenetwork.operator.core.shardset.blueprint;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetSpec;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Labels.Component;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.Pods;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What every template of a ShardSet starts from. */
public record Blueprint(ShardSet set, String clusterId, Images images) {

  /** Name label of the objects of the database. */
  public static final String POSTGRES = "postgres";

  /** Name label of the objects of the pooler. */
  public static final String POOLER = "pooler";

  /** PostgreSQL; TLS, but for the socket in the pod. */
  public static final int POSTGRES_PORT = 5432;

  /** Patroni's REST API and the probes; HTTPS. */
  public static final int PATRONI_PORT = 8008;

  /** PgBouncer; TLS. */
  public static final int POOLER_PORT = 6432;

  /** The spec as the API server defaulted it. */
  public ShardSetSpec spec() {
    return set.getSpec();
  }

  /** What all pods and accounts of the set have in common. */
  public Pods pods() {
    return new Pods(spec().pods(), spec().placement());
  }

  /** Name of the ShardSet, and prefix of the names of its objects. */
  public String name() {
    return set.getMetadata().getName();
  }

  /** Namespace of the ShardSet and of all its objects. */
  public String namespace() {
    return set.getMetadata().getNamespace();
  }

  /** The whole set. */
  public Target target() {
    return target(set, "");
  }

  /** A shard. */
  public Target target(String shard) {
    return target(set, shard);
  }

  /**
   * What actions on the instances of a shard work on: one at a time, whoever asks for it. One that
   * was asked for goes on when the operation that did so is given up.
   */
  public static Target instances(Target shard) {
    return shard.part(shard.part() + "/instances");
  }

  /** A shard of a set. */
  public static Target target(ShardSet set, String shard) {
    return new Target(
        "ShardSet", set.getMetadata().getNamespace(), set.getMetadata().getName(), shard);
  }

  /** Names of all shards, in the order of their ordinals. */
  public List<String> shards() {
    return shards(set);
  }

  /**
   * Names of all shards of a set whose identity is not known yet, in the order of their ordinals.
   */
  public static List<String> shards(ShardSet set) {
    return IntStream.range(0, set.getSpec().sharding().shards()).mapToObj(Names::shard).toList();
  }

  /** Name of a shard's StatefulSet and of all that is named like it. */
  public String shardName(String shard) {
    return Names.shard(name(), shard);
  }

  /** Labels of the objects of the whole set. */
  public Map<String, String> labels() {
    return Labels.of(POSTGRES, Component.DATABASE, Labels.SHARD_SET, name());
  }

  /** Labels of the objects of a shard. */
  public Map<String, String> shardLabels(String shard) {
    return Labels.with(labels(), Labels.SHARD, shard);
  }

  /** Selects the pods of a shard. */
  public Map<String, String> shardSelector(String shard) {
    return Labels.with(postgresSelector(name()), Labels.SHARD, shard);
  }

  /** Selects the PostgreSQL pods of all shards. */
  public static Map<String, String> postgresSelector(String shardSet) {
    return Labels.selector(POSTGRES, Labels.SHARD_SET, shardSet);
  }

  /** Labels of the objects of the pooler. */
  public Map<String, String> poolerLabels() {
    return Labels.of(POOLER, Component.DATABASE, Labels.SHARD_SET, name());
  }

  /** Selects the pods of the pooler. */
  public Map<String, String> poolerSelector() {
    return Labels.selector(POOLER, Labels.SHARD_SET, name());
  }

  /** Metadata of an object that outlives the ShardSet, with the identity that it belongs to. */
  public ObjectMeta retained(String objectName, Map<String, String> labels) {
    return Metadata.retained(set, objectName, Labels.with(labels, Labels.CLUSTER_ID, clusterId));
  }

  /** Whether it is this very ShardSet that controls an object, not an earlier one of its name. */
  public boolean isOwn(HasMetadata object) {
    return Metadata.controller(object)
        .filter(owner -> owner.getUid().equals(set.getMetadata().getUid()))
        .isPresent();
  }

  /** Metadata of an object that goes with the ShardSet. */
  public ObjectMeta owned(String objectName, Map<String, String> labels) {
    return Metadata.owned(set, objectName, labels);
  }
}
