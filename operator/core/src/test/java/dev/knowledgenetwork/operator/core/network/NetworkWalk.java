package dev.knowledgenetwork.operator.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.plan.Images;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** One network through its life: each step starts from the status that the step before wrote. */
abstract class NetworkWalk {

  final KnowledgeNetwork network = Networks.network();
  final Images images = Networks.IMAGES;
  private Instant now = Networks.NOW;

  void ready() {
    step(Networks.NOTHING);
    step(Networks.settled(network, images));
    expect("Ready", "True", "Ready");
    expect("Reconciling", "False", "Settled");
  }

  Observed withApiPods(int available) {
    return replacing(
        Networks.settled(network, images),
        api ->
            new DeploymentBuilder(api)
                .editStatus()
                .withAvailableReplicas(available)
                .endStatus()
                .build());
  }

  static Observed replacing(Observed observed, UnaryOperator<Deployment> change) {
    return Networks.with(
        observed,
        observed.children().objects().stream()
            .map(
                child ->
                    child instanceof Deployment deployment
                            && child.getMetadata().getName().equals("kn-api")
                        ? change.apply(deployment)
                        : child)
            .toList());
  }

  void step(Observed observed) {
    now = now.plus(Duration.ofSeconds(10));
    Passes.run(
        new NetworkKind(images),
        network,
        new Observed(
            observed.children(), observed.related(), observed.facts(), observed.served(), now));
  }

  void expect(String type, String status, String reason) {
    Condition condition = condition(type);
    assertThat(condition.status().name()).as(type).isEqualToIgnoringCase(status);
    assertThat(condition.reason()).as(type).isEqualTo(reason);
  }

  Condition condition(String type) {
    return network.getStatus().conditions().stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
