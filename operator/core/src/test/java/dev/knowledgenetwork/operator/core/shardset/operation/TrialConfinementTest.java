package dev.knowledgenetwork.operator.core.shardset.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.World;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A throw-away instance has the credentials of the real ones, and runs whatever image is tried. */
class TrialConfinementTest {

  private final World world = World.running(Sets.small("instances: 3"));
  private final Job job = job();

  @Test
  void reachesNobodyAndIsReachedByNobody() {
    NetworkPolicySpec policy =
        world.get(NetworkPolicy.class, job.getMetadata().getName()).getSpec();
    assertThat(labels(pod())).containsAllEntriesOf(policy.getPodSelector().getMatchLabels());
    assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getIngress()).isEmpty();
    assertThat(policy.getEgress()).isEmpty();
  }

  @Test
  void theInstancesAreNotConfinedWithIt() {
    NetworkPolicy policy = world.get(NetworkPolicy.class, job.getMetadata().getName());
    assertThat(labels(world.get(StatefulSet.class, "kn-s0").getSpec().getTemplate()))
        .doesNotContainEntry("app.kubernetes.io/name", "postgres-trial");
    assertThat(policy.getSpec().getPodSelector().getMatchLabels())
        .containsEntry("app.kubernetes.io/name", "postgres-trial");
  }

  @Test
  void fillsNoNode() {
    List<EmptyDirVolumeSource> scratch =
        pod().getSpec().getVolumes().stream()
            .map(Volume::getEmptyDir)
            .filter(Objects::nonNull)
            .toList();
    assertThat(scratch).isNotEmpty().allMatch(volume -> volume.getSizeLimit() != null);
  }

  private Job job() {
    world.spec(Sets.smallSpec("instances: 3, resources: {limits: {memory: 2Gi}}")).pass();
    return world.children().all(Job.class).findFirst().orElseThrow();
  }

  private static Map<String, String> labels(PodTemplateSpec template) {
    return template.getMetadata().getLabels();
  }

  private PodTemplateSpec pod() {
    return job.getSpec().getTemplate();
  }
}
