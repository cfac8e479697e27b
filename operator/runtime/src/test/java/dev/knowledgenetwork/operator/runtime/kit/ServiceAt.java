package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import java.util.List;

/** Everything by the name of its Service, at one port. */
public record ServiceAt(int port) implements Addresses {

  @Override
  public HostPort database(String namespace, String shardSet, String shard) {
    return new HostPort(shardSet + "-" + shard + "." + namespace + ".svc", port);
  }

  @Override
  public List<HostPort> patroni(String namespace, String shardSet, String shard, int instances) {
    String name = shardSet + "-" + shard;
    return List.of(new HostPort(name + "-0." + name + "-pods." + namespace + ".svc", port));
  }

  @Override
  public HostPort cache(String namespace, String cacheTier) {
    return new HostPort(cacheTier + "-valkey." + namespace + ".svc", port);
  }
}
