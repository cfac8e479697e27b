package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.golden.PodRules;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a ShardSet says of the images and sizes of its two kinds of pods. */
class ImagesOfSpecTest {

  private static final List<Container> CONTAINERS =
      PodRules.templates(
              World.running(
                      Sets.set(
                          "{image: r.example.org/pg:17.5, pool: {pooler: {instances: 1, image:"
                              + " r.example.org/pgbouncer:1, resources: {requests: {cpu: 50m},"
                              + " limits: {memory: 16Mi}}}}}"))
                  .plan())
          .stream()
          .map(template -> template.getSpec().getContainers().getFirst())
          .toList();

  @Test
  void eachContainerRunsTheImageOfTheSpec() {
    assertThat(CONTAINERS)
        .map(Container::getImage)
        .containsExactly("r.example.org/pg:17.5", "r.example.org/pgbouncer:1");
  }

  @Test
  void defaultsOfThePoolerGiveWayToWhatIsAsked() {
    assertThat(CONTAINERS.getLast().getResources().getRequests())
        .containsEntry("cpu", new Quantity("50m"))
        .containsEntry("memory", new Quantity("16Mi"));
    assertThat(CONTAINERS.getLast().getResources().getLimits())
        .containsEntry("cpu", new Quantity("1"))
        .containsEntry("memory", new Quantity("16Mi"));
  }
}
