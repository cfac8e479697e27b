package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import java.util.List;
import java.util.stream.IntStream;

/** Everything by the name of its Service, at one port. */
public record ServiceAt(int port) implements Addresses {

  @Override
  public HostPort database(String namespace, String shardSet, String shard) {
    return new HostPort(shardSet + "-" + shard + "." + namespace + ".svc", port);
  }

  /** No pooler runs here: the first shard stands for it, by its own name. */
  @Override
  public HostPort pooler(String namespace, String shardSet) {
    return database(namespace, shardSet, "s0");
  }

  @Override
  public HostPort pooler(String namespace, String shardSet, String address) {
    return new HostPort(address, port);
  }

  @Override
  public HostPort instance(String namespace, String shardSet, String shard, String pod) {
    String members = shardSet + "-" + shard + "-pods." + namespace + ".svc";
    return new HostPort(pod + "." + members, port);
  }

  @Override
  public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
    String name = shardSet + "-" + shard;
    return IntStream.range(0, instances)
        .mapToObj(n -> name + "-" + n + "." + name + "-pods." + namespace + ".svc")
        .map(host -> new HostPort(host, port))
        .toList();
  }

  @Override
  public HostPort cache(String namespace, String cacheTier) {
    return new HostPort(cacheTier + "-valkey." + namespace + ".svc", port);
  }

  @Override
  public HostPort application(String namespace, String network) {
    return new HostPort("127.0.0.1", port);
  }
}
