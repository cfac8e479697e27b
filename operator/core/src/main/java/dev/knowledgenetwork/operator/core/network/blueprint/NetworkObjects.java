package dev.knowledgenetwork.operator.core.network.blueprint;

import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.naming.Metadata;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import dev.knowledgenetwork.operator.core.workload.Pods;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;

/** Names, labels and ownership of the objects of one network. */
public record NetworkObjects(KnowledgeNetwork network, Cluster cluster) {

  /** Role of the pod that migrates the schema: it ends, so it is none of {@link Role}. */
  public static final String MIGRATE = "migrate";

  /** Name label of objects that belong to no role alone. */
  public static final String SHARED = Role.API.text();

  /** What all pods and accounts of the network have in common. */
  public Pods pods() {
    return new Pods(network.getSpec().pods(), network.getSpec().placement());
  }

  /** Name of the network, and prefix of the names of its objects. */
  public String name() {
    return network.getMetadata().getName();
  }

  /** Namespace of the network and of all its objects. */
  public String namespace() {
    return network.getMetadata().getNamespace();
  }

  /** Name of a role's objects. */
  public String name(String role) {
    return Names.application(name(), role);
  }

  /** Labels that select the pods of a role. */
  public Map<String, String> selector(String role) {
    return Labels.selector(role, Labels.NETWORK, name());
  }

  /** Labels of the pods of a role: the last two open the way to the database and the cache. */
  public Map<String, String> podLabels(String role, Release release) {
    Map<String, String> labels =
        Labels.with(labels(role), Labels.DATABASE_CLIENT, release.database().shardSet());
    return role.equals(MIGRATE)
        ? labels
        : Labels.with(labels, Labels.CACHE_CLIENT, release.cache().cacheTier());
  }

  /** Metadata of an object that has the role's own name. */
  public ObjectMeta metadata(String role) {
    return metadata(name(role), role);
  }

  /** Metadata of an object that goes with the network. */
  public ObjectMeta metadata(String name, String role) {
    return Metadata.owned(network, name, labels(role));
  }

  private Map<String, String> labels(String role) {
    return Labels.of(role, Labels.Component.APPLICATION, Labels.NETWORK, name());
  }
}
