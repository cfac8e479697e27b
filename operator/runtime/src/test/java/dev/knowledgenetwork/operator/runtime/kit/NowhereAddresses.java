package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import java.util.List;

/** Nothing answers there: port 1 of this machine. */
public final class NowhereAddresses implements Addresses {

  private static final HostPort NOWHERE = new HostPort("127.0.0.1", 1);

  @Override
  public HostPort database(String namespace, String shardSet, String shard) {
    return NOWHERE;
  }

  @Override
  public HostPort pooler(String namespace, String shardSet) {
    return NOWHERE;
  }

  @Override
  public HostPort pooler(String namespace, String shardSet, String address) {
    return NOWHERE;
  }

  @Override
  public HostPort instance(String namespace, String shardSet, String shard, String pod) {
    return NOWHERE;
  }

  @Override
  public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
    return List.of(NOWHERE);
  }

  @Override
  public HostPort cache(String namespace, String cacheTier) {
    return NOWHERE;
  }

  @Override
  public HostPort application(String namespace, String network) {
    return NOWHERE;
  }
}
