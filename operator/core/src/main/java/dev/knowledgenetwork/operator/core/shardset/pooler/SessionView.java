package dev.knowledgenetwork.operator.core.shardset.pooler;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.Fact;
import dev.knowledgenetwork.operator.core.naming.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Optional;

/**
 * Whether the poolers let an application through to the primary of a shard. That their pods are
 * ready says only that a kernel takes connections for them.
 *
 * @param refusal why they do not, in the words of whoever refused; empty where they do
 */
public record SessionView(Optional<String> refusal) {

  /** Asked of the poolers for every shard. */
  public static final Fact<SessionView> FACT = new Fact<>("sessions", SessionView.class);

  /**
   * What an answer is good for. Another one is asked for as soon as it changes.
   *
   * @param ready how many pods of the pooler are
   * @param template generation of its Deployment that these are of
   * @param login version of the Secret that applications are given
   */
  public record Circumstances(int ready, long template, String login) {}

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
        .map(Deployment::getStatus)
        .filter(status -> status.getReadyReplicas() != null && status.getReadyReplicas() > 0)
        .filter(status -> status.getObservedGeneration() != null && login.isPresent())
        .map(
            status ->
                new Circumstances(
                    status.getReadyReplicas(), status.getObservedGeneration(), login.get()));
  }
}
