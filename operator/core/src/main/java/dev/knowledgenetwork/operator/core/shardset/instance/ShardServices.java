package dev.knowledgenetwork.operator.core.shardset.instance;

import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How a shard is found. Patroni fills the Endpoints; the operator only makes them. */
public final class ShardServices {

  private ShardServices() {}

  /** Patroni's Endpoints of a shard, then the Services for primary, replicas and members. */
  public static List<HasMetadata> of(Blueprint blueprint, String shard) {
    List<HasMetadata> objects = new ArrayList<>();
    ShardAccess.endpoints(blueprint, shard)
        .forEach(name -> objects.add(endpoints(blueprint, shard, name)));
    objects.add(primary(blueprint, shard));
    objects.add(replicas(blueprint, shard));
    objects.add(members(blueprint, shard));
    return objects;
  }

  /**
   * Without a selector: it leads to the one holder of the lock, never to two pods. It stays with
   * the volumes, because its Endpoints would go with it. What Kubernetes makes of a selector
   * inherits its labels, by which such things are found.
   */
  private static Service primary(Blueprint blueprint, String shard) {
    return new ServiceBuilder()
        .withMetadata(
            blueprint.retained(
                blueprint.shardName(shard),
                Labels.with(blueprint.shardLabels(shard), Labels.ENDPOINTS, Labels.PATRONI)))
        .withNewSpec()
        .withType("ClusterIP")
        .withPorts(postgres())
        .endSpec()
        .build();
  }

  private static Service replicas(Blueprint blueprint, String shard) {
    return new ServiceBuilder()
        .withMetadata(
            blueprint.owned(Names.replicas(blueprint.name(), shard), blueprint.shardLabels(shard)))
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(Labels.with(blueprint.shardSelector(shard), Labels.ROLE, "replica"))
        .withPorts(postgres())
        .endSpec()
        .build();
  }

  /** Members find each other before they are ready. */
  private static Service members(Blueprint blueprint, String shard) {
    return new ServiceBuilder()
        .withMetadata(
            blueprint.owned(Names.members(blueprint.name(), shard), blueprint.shardLabels(shard)))
        .withNewSpec()
        .withType("ClusterIP")
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(blueprint.shardSelector(shard))
        .withPorts(postgres(), port("patroni", Blueprint.PATRONI_PORT))
        .endSpec()
        .build();
  }

  /**
   * Patroni's memory stays with the volumes: that the shard was initialized, who may follow its
   * primary, and how far that one had written. Without it an empty instance or a stale one could
   * become the primary.
   */
  private static Endpoints endpoints(Blueprint blueprint, String shard, String name) {
    Map<String, String> labels =
        Labels.with(blueprint.shardLabels(shard), Labels.SCOPE, blueprint.shardName(shard));
    var metadata =
        Names.patroniMemory(blueprint.name(), shard).contains(name)
            ? blueprint.retained(name, labels)
            : blueprint.owned(name, labels);
    if (!name.equals(blueprint.shardName(shard))) {
      metadata.setAnnotations(Map.of(Annotations.NOT_LEFT_OVER, "{}"));
    }
    return new EndpointsBuilder().withMetadata(metadata).build();
  }

  private static ServicePort postgres() {
    return port(Blueprint.POSTGRES, Blueprint.POSTGRES_PORT);
  }

  private static ServicePort port(String name, int number) {
    return new ServicePortBuilder()
        .withName(name)
        .withProtocol("TCP")
        .withPort(number)
        .withTargetPort(new IntOrString(number))
        .build();
  }
}
