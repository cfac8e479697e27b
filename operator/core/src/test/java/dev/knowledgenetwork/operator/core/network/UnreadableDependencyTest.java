package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network goes on while the operator does not understand what the network stands on. */
class UnreadableDependencyTest extends NetworkWalk {

  @Test
  void whatRunsOnAnUnreadableShardSetGoesOnAndIsNotCalledReadyOrLost() {
    ready();
    List<HasMetadata> running = deployments(Networks.settled(network, images));
    Observed odd = withUnreadable(ShardSet.class);
    assertThat(deployments(odd)).isEqualTo(running).isNotEmpty();
    step(odd);
    expect("Ready", "Unknown", "WaitingForShards");
    expect("ShardsReady", "Unknown", "ShardSetUnreadable");
    expect("DependencyMissing", "False", "NothingMissing");
    expect("Degraded", "False", "Whole");
    expect("Stalled", "False", "Valid");
    assertThat(condition("Reconciling").message())
        .isEqualTo(
            "This version of the operator does not understand ShardSet kn, whose condition"
                + " Stalled says what to do. What runs goes on.");
    step(Networks.settled(network, images));
    expect("Ready", "True", "Ready");
    expect("Reconciling", "False", "Settled");
  }

  @Test
  void anUnreadableCacheTierLeavesTheApiReady() {
    ready();
    List<HasMetadata> running = deployments(Networks.settled(network, images));
    Observed odd = withUnreadable(CacheTier.class);
    assertThat(deployments(odd)).isEqualTo(running).isNotEmpty();
    step(odd);
    expect("Ready", "True", "Ready");
    expect("CacheReady", "Unknown", "CacheTierUnreadable");
    expect("Degraded", "False", "Whole");
    assertThat(condition("Ready").message())
        .isEqualTo(
            "The API answers at https://kn-api.demo.svc:8443. This version of the operator does"
                + " not understand CacheTier kn, whose condition Stalled says what to do. What"
                + " runs goes on.");
  }

  @Test
  void anUnreadableNetworkMayUseAllOfItsNamespaceButOtherNetworks() {
    NetworkKind kind = new NetworkKind(images);
    Target other = new Target("ShardSet", "demo", "other", "");
    assertThat(kind.uses(network, other)).isFalse();
    network.setUnreadable("spec.shardSet: other");
    assertThat(kind.uses(network, other)).isTrue();
    assertThat(kind.uses(network, new Target("CacheTier", "demo", "other", ""))).isTrue();
    assertThat(kind.uses(network, new Target("KnowledgeNetwork", "demo", "other", ""))).isFalse();
  }

  private Observed withUnreadable(Class<? extends KnObject<?, ?>> type) {
    Observed observed = Networks.settled(network, images);
    observed.related().objects().stream()
        .filter(type::isInstance)
        .forEach(object -> type.cast(object).setUnreadable("spec.future: 1"));
    return observed;
  }

  private List<HasMetadata> deployments(Observed observed) {
    Plan plan = Networks.plan(network, observed, images);
    return plan.resources().stream().filter(Deployment.class::isInstance).toList();
  }
}
