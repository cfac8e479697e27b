package dev.knowledgenetwork.operator.core.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the pods of a ShardSet may do at the API server, and who they are there. */
class ShardAccessTest {

  /** Whichever of the two is deleted, the other one lets Patroni go on. */
  @Test
  void bothPairsOfRoleAndRoleBindingGrantTheSame() {
    Plan plan = World.running(Sets.set("{sharding: {shards: 2}}")).plan();
    for (String shard : List.of("kn-s0", "kn-s1")) {
      Role role = find(plan, Role.class, shard);
      Role spare = find(plan, Role.class, shard + "-spare");
      assertThat(spare.getRules()).isEqualTo(role.getRules()).isNotEmpty();
      RoleBinding binding = find(plan, RoleBinding.class, shard);
      RoleBinding other = find(plan, RoleBinding.class, shard + "-spare");
      assertThat(other.getSubjects()).isEqualTo(binding.getSubjects()).isNotEmpty();
      assertThat(binding.getRoleRef().getName()).isEqualTo(shard);
      assertThat(other.getRoleRef().getName()).isEqualTo(shard + "-spare");
    }
    assertThat(plan.resources().stream().filter(Role.class::isInstance)).hasSize(4);
    assertThat(plan.resources().stream().filter(RoleBinding.class::isInstance)).hasSize(4);
  }

  @Test
  void onlyPostgresPodsHaveATokenAndNoneForLong() {
    Plan plan = World.running(Sets.set("{}")).plan();
    assertThat(PodRules.templates(plan))
        .allSatisfy(
            template ->
                assertThat(PodRules.tokens(template.getSpec()))
                    .isEqualTo(
                        template.getSpec().getContainers().getFirst().getName().equals("postgres")
                            ? List.of(600L)
                            : List.of()));
  }

  @Test
  void aTrialHasNoTokenForTheApiServer() {
    World world = World.running(Sets.small("instances: 3"));
    world.spec(Sets.smallSpec("instances: 3, resources: {limits: {memory: 2Gi}}")).pass();
    PodSpec pod =
        world.children().all(Job.class).findFirst().orElseThrow().getSpec().getTemplate().getSpec();
    assertThat(PodRules.tokens(pod)).isEmpty();
    assertThat(pod.getVolumes())
        .extracting(Volume::getName)
        .containsAll(
            pod.getContainers().getFirst().getVolumeMounts().stream()
                .map(VolumeMount::getName)
                .toList());
  }

  private static <T extends HasMetadata> T find(Plan plan, Class<T> type, String name) {
    return plan.resources().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
