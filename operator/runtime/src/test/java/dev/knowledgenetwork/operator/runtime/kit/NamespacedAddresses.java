package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import java.util.List;
import java.util.Map;

/** Each namespace has its own; in all others nothing answers. */
public record NamespacedAddresses(Map<String, ? extends Addresses> byNamespace)
    implements Addresses {

  private static final Addresses NOWHERE = new NowhereAddresses();

  /** Copies the map. */
  public NamespacedAddresses {
    byNamespace = Map.copyOf(byNamespace);
  }

  @Override
  public HostPort database(String namespace, String shardSet, String shard) {
    return in(namespace).database(namespace, shardSet, shard);
  }

  @Override
  public HostPort pooler(String namespace, String shardSet) {
    return in(namespace).pooler(namespace, shardSet);
  }

  @Override
  public HostPort pooler(String namespace, String shardSet, String address) {
    return in(namespace).pooler(namespace, shardSet, address);
  }

  @Override
  public HostPort instance(String namespace, String shardSet, String shard, String pod) {
    return in(namespace).instance(namespace, shardSet, shard, pod);
  }

  @Override
  public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
    return in(namespace).patroni(namespace, shardSet, shard, instances);
  }

  @Override
  public HostPort cache(String namespace, String cacheTier) {
    return in(namespace).cache(namespace, cacheTier);
  }

  @Override
  public HostPort application(String namespace, String network) {
    return in(namespace).application(namespace, network);
  }

  private Addresses in(String namespace) {
    Addresses found = byNamespace.get(namespace);
    return found == null ? NOWHERE : found;
  }
}
