package dev.knowledgenetwork.operator.core.shardset.patroni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import dev.knowledgenetwork.operator.core.shardset.blueprint.Blueprint;
import dev.knowledgenetwork.operator.core.shardset.pooler.PoolerConfiguration;
import dev.knowledgenetwork.operator.core.shardset.pooler.PoolerWorkload;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatroniConfigurationTest {

  @Test
  void theFileIsYamlThatSaysWhatPatroniNeeds() {
    Map<String, Object> file = file(Sets.set("{}"));
    assertThat(file).containsEntry("scope", "kn-s0");
    assertThat(file.get("kubernetes"))
        .asInstanceOf(MAP)
        .containsEntry("use_endpoints", true)
        .containsEntry("namespace", "demo")
        .containsEntry("scope_label", "knowledgenetwork.dev/scope")
        .containsEntry("role_label", "knowledgenetwork.dev/role")
        .containsEntry("leader_label_value", "primary")
        .containsEntry("follower_label_value", "replica");
    assertThat(file.get("restapi"))
        .asInstanceOf(MAP)
        .containsEntry("certfile", "/etc/kn/tls/tls.crt")
        .doesNotContainKey("authentication");
    assertThat(file.get("postgresql"))
        .asInstanceOf(MAP)
        .containsEntry("data_dir", "/var/lib/postgresql/pgdata")
        .doesNotContainKey("authentication");
    assertThat(file.get("bootstrap")).extracting("initdb").asInstanceOf(LIST).hasSize(6);
  }

  @Test
  void quorumFromThreeInstancesOn() {
    assertThat(dynamic("{instances: 3}")).containsEntry("synchronous_mode", "quorum");
    assertThat(dynamic("{instances: 2}")).containsEntry("synchronous_mode", "off");
    assertThat(dynamic("{instances: 5}"))
        .containsEntry("failsafe_mode", true)
        .containsEntry("synchronous_node_count", 1);
  }

  @Test
  void ofTwoTheOneThatLacksAnythingMayNotLead() {
    assertThat(dynamic("{instances: 2}")).containsEntry("maximum_lag_on_failover", 0);
    assertThat(dynamic("{instances: 3}")).containsEntry("maximum_lag_on_failover", 1_048_576);
  }

  @Test
  void ofTwoTheOneThatHasNotSeenTheNewestTimelineMayNotLead() {
    assertThat(dynamic("{instances: 1}")).containsEntry("check_timeline", false);
    assertThat(dynamic("{instances: 2}")).containsEntry("check_timeline", true);
    assertThat(dynamic("{instances: 3}")).containsEntry("check_timeline", false);
  }

  @Test
  void patronisWordsSurviveTheYamlOfTheFile() {
    assertThat(file(Sets.set("{instances: 1}")).get("bootstrap"))
        .extracting("dcs")
        .asInstanceOf(MAP)
        .containsEntry("synchronous_mode", "off")
        .containsEntry("ttl", 20);
  }

  @Test
  void everyConnectionOverTheNetworkIsTlsWithScram() {
    assertThat(dynamic("{}").get("postgresql"))
        .extracting("pg_hba")
        .asInstanceOf(LIST)
        .allSatisfy(
            line ->
                assertThat((String) line)
                    .matches("(local|hostssl) .* scram-sha-256")
                    .doesNotContain("trust"));
    assertThat(parameters("{}"))
        .containsEntry("ssl", "on")
        .containsEntry("ssl_min_protocol_version", "TLSv1.3")
        .containsEntry("password_encryption", "scram-sha-256");
  }

  @Test
  void memorySettingsFollowTheLimitUnlessTheyAreGiven() {
    assertThat(parameters("{}"))
        .containsEntry("shared_buffers", "256MB")
        .containsEntry("effective_cache_size", "768MB")
        .containsEntry("maintenance_work_mem", "64MB")
        .containsEntry("wal_buffers", "16MB")
        .containsEntry("max_wal_size", "1024MB");
    assertThat(parameters("{resources: {limits: {memory: 8Gi}}, storage: {size: 200Gi}}"))
        .containsEntry("shared_buffers", "2048MB")
        .containsEntry("max_wal_size", "8192MB");
    assertThat(parameters("{parameters: {shared_buffers: 300MB}}"))
        .containsEntry("shared_buffers", "300MB");
  }

  @Test
  void nothingDiffersFromItself() {
    Map<String, Object> desired = dynamic("{}");
    Map<String, Object> answered =
        Serialization.unmarshal(Serialization.asJson(desired), Map.class);
    assertThat(PatroniDrift.between(answered, desired)).isEmpty();
    assertThat(PatroniDrift.between(desired, desired)).isEmpty();
  }

  @Test
  void aChangeIsAMergePatchThatAlsoDeletes() {
    Map<String, Object> expected = new HashMap<>();
    expected.put("work_mem", "64MB");
    expected.put("jit", null);
    Map<String, Object> observed = dynamic("{parameters: {jit: 'off', work_mem: 8MB}}");
    assertThat(PatroniDrift.between(observed, dynamic("{parameters: {work_mem: 64MB}}")))
        .isEqualTo(Map.of("postgresql", Map.of("parameters", expected)));
  }

  @Test
  void keysThatSomebodyAddedStay() {
    Map<String, Object> observed = new HashMap<>(dynamic("{}"));
    observed.put("ignore_slots", List.of(Map.of("name", "mine")));
    assertThat(PatroniDrift.between(observed, dynamic("{}"))).isEmpty();
  }

  @Test
  void numbersAndTextsOfTheSameValueAreEqual() {
    Map<String, Object> observed = new HashMap<>(dynamic("{}"));
    observed.put("ttl", "20");
    assertThat(PatroniDrift.between(observed, dynamic("{}"))).isEmpty();
  }

  @Test
  void thePoolersOfASetLeaveRoomForOthers() {
    assertThat(poolSize("{pool: {max: 100, pooler: {instances: 4}}}")).isEqualTo(32);
    assertThat(poolSize("{pool: {max: 5, pooler: {instances: 1}}}")).isEqualTo(20);
    assertThat(poolSize("{}")).isEqualTo(53);
    assertThat(PoolerConfiguration.of(new Blueprint(Sets.set("{}"), Sets.CLUSTER_ID, Sets.IMAGES)))
        .contains("kn_s0 = host=kn-s0.demo.svc port=5432 dbname=kn")
        .contains("pool_mode = transaction")
        .contains("client_tls_sslmode = require")
        .contains("server_tls_sslmode = verify-full");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10})
  void thePoolersOfASetLeaveRoomForOthersAlsoWhileTheyRoll(int instances) {
    ShardSet set = Sets.set("{pool: {max: 100, pooler: {instances: %d}}}".formatted(instances));
    Blueprint blueprint = new Blueprint(set, Sets.CLUSTER_ID, Sets.IMAGES);
    Deployment pooler =
        PoolerWorkload.of(blueprint, PoolerWorkload.wanted(blueprint)).stream()
            .filter(Deployment.class::isInstance)
            .map(Deployment.class::cast)
            .findFirst()
            .orElseThrow();
    int most =
        pooler.getSpec().getReplicas()
            + pooler.getSpec().getStrategy().getRollingUpdate().getMaxSurge().getIntVal();
    assertThat(most * PoolerConfiguration.serverConnections(set.getSpec().pool()))
        .isLessThanOrEqualTo(160);
  }

  private static int poolSize(String spec) {
    return PoolerConfiguration.serverConnections(Sets.set(spec).getSpec().pool());
  }

  private static Map<String, Object> dynamic(String spec) {
    return Sets.dynamic(spec);
  }

  private static Map<String, String> parameters(String spec) {
    return PostgresParameters.of(Sets.set(spec).getSpec());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> file(ShardSet set) {
    return Serialization.unmarshal(
        PatroniConfiguration.file(new Blueprint(set, Sets.CLUSTER_ID, Sets.IMAGES), "s0"),
        Map.class);
  }
}
