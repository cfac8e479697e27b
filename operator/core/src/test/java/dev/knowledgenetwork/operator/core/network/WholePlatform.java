package dev.knowledgenetwork.operator.core.network;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.cache.CacheTierKind;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.FakeMint;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.shardset.ShardSetKind;
import dev.knowledgenetwork.operator.core.workload.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Everything that the three planners make of one KnowledgeNetwork without references. */
public final class WholePlatform {

  private WholePlatform() {}

  /** All objects of a platform in full operation, with a ServiceMonitor. */
  public static List<HasMetadata> monitored() {
    return objects(
        NetworkSpecs.network(
            "profile: Small\nobservability: {serviceMonitor: true}\n" + NetworkSpecs.OIDC));
  }

  public static List<HasMetadata> objects(KnowledgeNetwork network) {
    return objects(network, Cluster.standard());
  }

  /** The same in a cluster of another kind. */
  public static List<HasMetadata> objects(KnowledgeNetwork network, Cluster cluster) {
    Images images = new Images("postgres:1", "pooler:1", "valkey:1", "app:1", cluster);
    Plan application = NetworkPlanner.plan(network, Networks.settled(network, images), images);
    return application.resources().stream()
        .flatMap(object -> withChildren(object, images))
        .toList();
  }

  private static Stream<HasMetadata> withChildren(HasMetadata object, Images images) {
    return switch (object) {
      case ShardSet set -> Stream.concat(Stream.of(set), plan(set, images).resources().stream());
      case CacheTier tier ->
          Stream.concat(Stream.of(tier), plan(tier, images).resources().stream());
      default -> Stream.of(object);
    };
  }

  private static Plan plan(ShardSet set, Images images) {
    return settled(
        children ->
            Passes.plan(new ShardSetKind(images), set, Observed.of(children, Networks.NOW)));
  }

  private static Plan plan(CacheTier tier, Images images) {
    return settled(
        children ->
            Passes.plan(new CacheTierKind(images), tier, Observed.of(children, Networks.NOW)));
  }

  /** Once all Secrets are there. */
  private static Plan settled(Function<Children, Plan> planner) {
    return planner.apply(FakeMint.settled("cluster-1", planner));
  }
}
