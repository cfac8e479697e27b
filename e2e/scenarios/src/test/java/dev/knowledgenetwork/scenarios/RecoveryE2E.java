package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.ForwardedSockets;
import dev.knowledgenetwork.testkit.Platform;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people delete or change by hand around volumes, Secrets and Services is made right, or told;
 * and Recovered is said when users are served again, not before. A namespace each.
 */
class RecoveryE2E extends ShardSetScenarios {

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final int POSTGRES = 5432;
  private static final int POOLER = 6432;

  RecoveryE2E() {
    super("e2e-recovery-");
  }

  @Test
  void aSecretOfTheCacheThatIsDeletedIsMadeAnewWithAllThatRestsOnIt() {
    Platform platform = sets.empty("cache");
    cluster.apply(platform.namespace(), platform.manifest("CacheTier", "l2: {memory: 32Mi}"));
    CustomObject tier = platform.cacheTier();
    tier.awaitReady(Platform.READY);
    var secret =
        cluster.client().secrets().inNamespace(platform.namespace()).withName("t-cache-auth");
    String uid = secret.get().getMetadata().getUid();
    String pod = cachePod(platform);
    secret.delete();
    Awaitility.await("another Secret")
        .atMost(SOON)
        .until(secret::get, now -> now != null && !uid.equals(now.getMetadata().getUid()));
    // The operator asks with the password of the Secret, and the cache reads its users at its
    // start.
    tier.await(
        "rest with the new password",
        SOON,
        now ->
            now.is("Ready", "True")
                && now.is("Reconciling", "False")
                && now.is("Degraded", "False")
                && !pod.equals(cachePod(platform)));
  }

  @Test
  void aClaimThatWasEnlargedByHandIsTheMeasureOfThoseToComeAndItsClassStays() {
    Platform platform = sets.empty("volumes");
    sets.apply(platform, Map.of("deletionPolicy", "Retain"));
    CustomObject shardSet = platform.shardSet();
    shardSet.awaitReady(Platform.READY);
    claim(platform, 0)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"1500Mi\"}}}}");
    // A second instance of the very same moment could still get a claim by the template of before.
    Awaitility.await("a template as large")
        .atMost(SOON)
        .until(() -> template(platform), larger -> larger.compareTo(size("1500Mi")) >= 0);
    sets.apply(platform, Map.of("deletionPolicy", "Retain", "instances", "2"));
    sets.awaitWhole(platform, 2);
    assertThat(size(claim(platform, 1))).isGreaterThanOrEqualTo(size("1500Mi"));

    shardSet.delete();
    shardSet.await("deletion", SOON, now -> now.get().isEmpty());
    sets.apply(
        platform,
        Map.of(
            "deletionPolicy", "Retain",
            "instances", "2",
            "storage", "{size: 1Gi, storageClassName: another}"));
    shardSet.await("Stalled=True", SOON, now -> now.is("Stalled", "True"));
    assertThat(shardSet.message("Stalled"))
        .contains("claim data-t-s0-0 was kept and is of class", "delete this ShardSet");
    assertThat(shardSet.is("Ready", "True")).isFalse();
    shardSet.delete();
    shardSet.await("deletion", SOON, now -> now.get().isEmpty());
    sets.apply(platform, Map.of("deletionPolicy", "Delete", "instances", "2"));
    shardSet.awaitReady(Platform.READY);
    assertThat(size(claim(platform, 0))).isGreaterThanOrEqualTo(size("1500Mi"));
  }

  @Test
  void whatIsDeletedByHandComesBackAndRecoveredIsSaidWhenUsersAreServed() throws Exception {
    Platform platform = sets.ready("deleted");
    String namespace = platform.namespace();
    var bindings = cluster.client().rbac().roleBindings().inNamespace(namespace).withName("t-s0");
    bindings.delete();
    await("the RoleBinding", () -> bindings.get() != null);
    assertThat(platform.shardSet().is("Ready", "True")).as("nothing was lost").isTrue();
    assertThat(platform.reasons()).doesNotContain("Recovered");

    cluster.client().endpoints().inNamespace(namespace).withName("t-s0").delete();
    await("the primary in the Service", () -> leads(platform));
    platform.shardSet().awaitReady(SOON);
    assertThat(platform.sql("s0", "select pg_is_in_recovery()")).containsExactly("f");
    long before = recovered(platform);

    var poolers = cluster.client().apps().deployments().inNamespace(namespace);
    String uid = poolers.withName("t-pooler").get().getMetadata().getUid();
    poolers.withName("t-pooler").delete();
    await(
        "another Deployment",
        () -> {
          var now = poolers.withName("t-pooler").get();
          return now != null && !uid.equals(now.getMetadata().getUid());
        });
    await(
        "Recovered, once a pooler serves",
        () -> {
          long said = recovered(platform);
          Integer ready = poolers.withName("t-pooler").get().getStatus().getReadyReplicas();
          assertThat(said == before || (ready != null && ready > 0))
              .as("not said while no pooler serves")
              .isTrue();
          return said > before || (ready != null && platform.shardSet().is("Ready", "True"));
        });
  }

  @Test
  void aCertificateIsGoodForEveryNameThatItsServerIsReachedBy(@TempDir Path folder)
      throws Exception {
    Platform platform = sets.ready("names");
    Path authority = folder.resolve("ca.crt");
    Files.write(authority, platform.secret("t-db-binding").get("ca.crt"));
    Map<String, byte[]> login = platform.secret("t-app");
    Pod primary = platform.primary("s0");
    Pod pooler =
        cluster.pods(platform.namespace(), Map.of("app.kubernetes.io/name", "pooler")).getFirst();
    for (String name : names("t-s0", platform)) {
      assertThat(user(primary, POSTGRES, name, "kn", authority, login))
          .as(name)
          .isEqualTo("kn_app");
    }
    for (String name : names("t-pooler", platform)) {
      assertThat(user(pooler, POOLER, name, "kn_s0", authority, login))
          .as(name)
          .isEqualTo("kn_app");
    }
    assertThatThrownBy(() -> user(pooler, POOLER, "t-other", "kn_s0", authority, login))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("t-other");
    assertThat(
            cluster
                .client()
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(platform.namespace())
                .list()
                .getItems())
        .isNotEmpty()
        .allMatch(budget -> "AlwaysAllow".equals(budget.getSpec().getUnhealthyPodEvictionPolicy()));
  }

  private static List<String> names(String service, Platform platform) {
    String namespaced = service + "." + platform.namespace();
    return List.of(
        service, namespaced, namespaced + ".svc", namespaced + ".svc.cluster.local", "localhost");
  }

  /** Who one is in a session with a server of that name, which must be in its certificate. */
  private String user(
      Pod pod, int port, String name, String database, Path authority, Map<String, byte[]> login)
      throws SQLException, IOException {
    try (LocalPortForward forward = cluster.client().pods().resource(pod).portForward(port)) {
      Properties properties = new Properties();
      properties.setProperty("user", text(login.get("username")));
      properties.setProperty("password", text(login.get("password")));
      properties.setProperty("sslmode", "verify-full");
      properties.setProperty("sslrootcert", authority.toString());
      properties.setProperty("connectTimeout", "10");
      properties.setProperty("socketFactory", ForwardedSockets.class.getName());
      properties.setProperty("socketFactoryArg", Integer.toString(forward.getLocalPort()));
      try (Connection connection =
              DriverManager.getConnection(
                  "jdbc:postgresql://%s:%d/%s".formatted(name, port, database), properties);
          var statement = connection.createStatement();
          var rows = statement.executeQuery("select current_user")) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  /** Which pod the cache is. */
  private String cachePod(Platform platform) {
    return cluster.pods(platform.namespace(), Map.of("app.kubernetes.io/name", "valkey")).stream()
        .map(pod -> pod.getMetadata().getUid())
        .findFirst()
        .orElse("none");
  }

  /** Whether the Service of the shard leads to the primary. */
  private boolean leads(Platform platform) {
    var endpoints =
        cluster.client().endpoints().inNamespace(platform.namespace()).withName("t-s0").get();
    return endpoints != null
        && endpoints.getSubsets().stream()
            .flatMap(subset -> subset.getAddresses().stream())
            .anyMatch(
                address -> address.getIp().equals(platform.primary("s0").getStatus().getPodIP()));
  }

  /** How often it was said. */
  private static long recovered(Platform platform) {
    return platform.reasons().stream().filter("Recovered"::equals).count();
  }

  private Resource<PersistentVolumeClaim> claim(Platform platform, int ordinal) {
    return cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(platform.namespace())
        .withName("data-t-s0-" + ordinal);
  }

  private static BigDecimal size(Resource<PersistentVolumeClaim> claim) {
    return size(claim.get());
  }

  private static BigDecimal size(PersistentVolumeClaim claim) {
    return claim.getSpec().getResources().getRequests().get("storage").getNumericalAmount();
  }

  /** What Kubernetes gives to new claims; nothing while the StatefulSet is made anew. */
  private BigDecimal template(Platform platform) {
    return Stream.ofNullable(
            cluster
                .client()
                .apps()
                .statefulSets()
                .inNamespace(platform.namespace())
                .withName("t-s0")
                .get())
        .map(set -> size(set.getSpec().getVolumeClaimTemplates().getFirst()))
        .findFirst()
        .orElse(BigDecimal.ZERO);
  }

  private static BigDecimal size(String quantity) {
    return new Quantity(quantity).getNumericalAmount();
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(SOON).pollInterval(Duration.ofMillis(500)).until(condition);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
