package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.cache.CacheTierPlanner;
import dev.knowledgenetwork.operator.core.kind.CacheTierObserved;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.shardset.ShardSetPlanner;
import dev.knowledgenetwork.operator.core.shardset.observe.ShardSetObserved;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything that the three planners make of one KnowledgeNetwork without references. */
public final class WholePlatform {

  private WholePlatform() {}

  /** All objects of a platform in full operation, with a ServiceMonitor. */
  public static List<HasMetadata> monitored() {
    return objects(NetworkSpecs.network("{profile: Small, observability: {serviceMonitor: true}}"));
  }

  public static List<HasMetadata> objects(KnowledgeNetwork network) {
    Plan application = Networks.plan(network, Networks.settled(network, Networks.IMAGES));
    return application.resources().stream().flatMap(WholePlatform::withChildren).toList();
  }

  private static Stream<HasMetadata> withChildren(HasMetadata object) {
    return switch (object) {
      case ShardSet set -> Stream.concat(Stream.of(set), plan(set).resources().stream());
      case CacheTier tier -> Stream.concat(Stream.of(tier), plan(tier).resources().stream());
      default -> Stream.of(object);
    };
  }

  private static Plan plan(ShardSet set) {
    String name = set.getMetadata().getName();
    Children children =
        new Children(
            List.of(
                secret(Names.superuser(name), "cluster-id", "cluster-1"),
                secret(Names.databaseAuthority(name), "tls.crt", "certificate")));
    return ShardSetPlanner.plan(
        set, new ShardSetObserved(children, Map.of(), Map.of()), Networks.IMAGES, Networks.NOW);
  }

  private static Plan plan(CacheTier tier) {
    return CacheTierPlanner.plan(
        tier,
        new CacheTierObserved(new Children(List.of()), Optional.empty(), Optional.empty()),
        Networks.IMAGES,
        Networks.NOW);
  }

  private static HasMetadata secret(String name, String key, String value) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .addToData(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
