package dev.knowledgenetwork.operator.core.shardset.pooler;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.workload.DeploymentObstacle;
import dev.knowledgenetwork.operator.core.workload.Readiness;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether the poolers let an application through to the primary of a shard. That their pods are
 * ready says only that a kernel takes connections for them.
 *
 * @param refusal why they do not, in the words of whoever refused; empty where they do
 * @param pod the one that refuses while others let sessions through; empty where none or all do
 */
public record SessionView(Optional<String> refusal, Optional<String> pod) {

  /** Asked of the poolers for every shard. */
  public static final Fact<SessionView> FACT = new Fact<>("sessions", SessionView.class);

  /**
   * What an answer is good for. Another one is asked for as soon as it changes.
   *
   * @param ready how many pods of the pooler are
   * @param template generation of its Deployment that these are of
   * @param login version of the Secret that applications are given
   * @param poolers those pods, by name
   */
  public record Circumstances(int ready, long template, String login, List<Pooler> poolers) {

    /** Keeps an unmodifiable copy. */
    public Circumstances {
      poolers = List.copyOf(poolers);
    }
  }

  /** A pod, and its IP address. */
  public record Pooler(String pod, String address) {}

  /** As they are now; empty while there is no pooler to ask, or nothing to log in with. */
  public static Optional<Circumstances> circumstances(ShardSet set, Children children) {
    String name = set.getMetadata().getName();
    Optional<String> login =
        children
            .find(Secret.class, Names.databaseBinding(name))
            .map(HasMetadata::getMetadata)
            .map(metadata -> metadata.getResourceVersion());
    return children
        .find(Deployment.class, Names.pooler(name))
        .filter(live -> login.isPresent() && live.getStatus() != null)
        .filter(live -> Objects.requireNonNullElse(live.getStatus().getReadyReplicas(), 0) > 0)
        .filter(live -> live.getStatus().getObservedGeneration() != null)
        .map(
            live ->
                new Circumstances(
                    live.getStatus().getReadyReplicas(),
                    live.getStatus().getObservedGeneration(),
                    login.get(),
                    poolers(live, children)));
  }

  private static List<Pooler> poolers(Deployment live, Children children) {
    return DeploymentObstacle.pods(live, children.all(Pod.class))
        .filter(Readiness::isReady)
        .filter(pod -> pod.getStatus().getPodIP() != null)
        .map(pod -> new Pooler(pod.getMetadata().getName(), pod.getStatus().getPodIP()))
        .sorted(Comparator.comparing(Pooler::pod))
        .toList();
  }
}
