package dev.knowledgenetwork.operator.runtime.connect;

import java.util.List;

/** Where databases, Patroni, caches and applications answer. Tests put them elsewhere. */
public interface Addresses {

  /**
   * A host and a port.
   *
   * @param host as an address of the web or of JDBC has it: IPv6 in brackets
   */
  record HostPort(String host, int port) {

    /** Of a pod, by the address that Kubernetes tells. */
    static HostPort ofPod(String address, int port) {
      return new HostPort(address.contains(":") ? "[" + address + "]" : address, port);
    }
  }

  /** The primary of a shard. */
  HostPort database(String namespace, String shardSet, String shard);

  /** The poolers of a ShardSet. */
  HostPort pooler(String namespace, String shardSet);

  /** One of them, by the address of its pod. */
  HostPort pooler(String namespace, String shardSet, String address);

  /** An instance of a shard, by the name of its pod. */
  HostPort instance(String namespace, String shardSet, String shard, String pod);

  /** Patroni of each instance of a shard; any of them knows the whole shard. */
  List<HostPort> patroni(String namespace, String shardSet, String shard, int instances);

  /** The Valkey of a CacheTier. */
  HostPort cache(String namespace, String cacheTier);

  /** What the pods of a network's API tell of themselves. */
  HostPort application(String namespace, String network);

  /** The names that the planner gives to Services, as a cluster resolves them. */
  static Addresses inCluster() {
    return new ClusterAddresses();
  }
}
