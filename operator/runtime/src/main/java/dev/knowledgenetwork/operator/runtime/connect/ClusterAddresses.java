package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import java.util.List;
import java.util.stream.IntStream;

/** Service names, fully enough qualified to be the ones in the certificates. */
final class ClusterAddresses implements Addresses {

  private static final int POSTGRES = 5432;
  private static final int POOLER = 6432;
  private static final int PATRONI = 8008;
  private static final int VALKEY = 6379;
  private static final int MANAGEMENT = 9000;

  @Override
  public HostPort database(String namespace, String shardSet, String shard) {
    return new HostPort(Names.host(Names.shard(shardSet, shard), namespace), POSTGRES);
  }

  @Override
  public HostPort pooler(String namespace, String shardSet) {
    return new HostPort(Names.host(Names.pooler(shardSet), namespace), POOLER);
  }

  @Override
  public HostPort pooler(String namespace, String shardSet, String address) {
    return HostPort.ofPod(address, POOLER);
  }

  @Override
  public HostPort instance(String namespace, String shardSet, String shard, String pod) {
    return new HostPort(
        pod + "." + Names.host(Names.members(shardSet, shard), namespace), POSTGRES);
  }

  @Override
  public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
    String members = Names.host(Names.members(shardSet, shard), namespace);
    return IntStream.range(0, instances)
        .mapToObj(n -> Names.instance(shardSet, shard, n) + "." + members)
        .map(host -> new HostPort(host, PATRONI))
        .toList();
  }

  @Override
  public HostPort cache(String namespace, String cacheTier) {
    return new HostPort(Names.host(Names.valkey(cacheTier), namespace), VALKEY);
  }

  @Override
  public HostPort application(String namespace, String network) {
    return new HostPort(
        Names.host(Names.application(network, Role.API.text()), namespace), MANAGEMENT);
  }
}
