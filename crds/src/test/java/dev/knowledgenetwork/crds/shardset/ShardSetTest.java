package dev.knowledgenetwork.crds.shardset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class ShardSetTest {

  @Test
  void whatIsAbsentGetsTheDefaultsOfTheSchema() {
    ShardSet set =
        Serialization.unmarshal(
            """
            apiVersion: knowledgenetwork.dev/v1alpha1
            kind: ShardSet
            metadata: {name: a}
            spec: {sharding: {shards: 3}, future: ignored}
            """,
            ShardSet.class);
    assertThat(set.getSpec().sharding().shards()).isEqualTo(3);
    assertThat(set.getSpec().sharding().buckets()).isEqualTo(4096);
    assertThat(set.getSpec().instances()).isEqualTo(3);
    assertThat(Serialization.unmarshal("kind: ShardSet", ShardSet.class).getSpec())
        .isEqualTo(ShardSetSpec.defaults());
  }

  @Test
  void aSpecSurvivesTheRoundTripAndCarriesNoEmptyFields() {
    String yaml = Serialization.asYaml(ShardSetSpec.defaults());
    assertThat(Serialization.unmarshal(yaml, ShardSetSpec.class))
        .isEqualTo(ShardSetSpec.defaults());
    assertThat(yaml)
        .doesNotContain("null")
        .doesNotContain("[]")
        .doesNotContain("{}")
        .doesNotContain("parameters");
  }

  @Test
  void whatAllPodsCarryStandsInTheSpecItself() {
    ShardSet set =
        Serialization.unmarshal(
            """
            kind: ShardSet
            spec: {instances: 2, podLabels: {team: a}, imagePullSecrets: [{name: r}]}
            """,
            ShardSet.class);
    assertThat(set.getSpec().instances()).isEqualTo(2);
    assertThat(set.getSpec().pods().podLabels()).containsEntry("team", "a");
    assertThat(set.getSpec().pods().imagePullSecrets()).hasSize(1);
    assertThat(Serialization.unmarshal(Serialization.asYaml(set.getSpec()), ShardSetSpec.class))
        .isEqualTo(set.getSpec());
    assertThat(Serialization.asYaml(set)).contains("\n  podLabels:");
  }

  @Test
  void reservedParametersHaveAnOwner() {
    assertThat(ReservedParameters.owner("max_connections")).contains("Patroni");
    assertThat(ReservedParameters.owner("ssl_ciphers")).contains("the operator");
    assertThat(ReservedParameters.owner("archive_mode")).contains("the operator");
    assertThat(ReservedParameters.owner("work_mem")).isEmpty();
  }
}
