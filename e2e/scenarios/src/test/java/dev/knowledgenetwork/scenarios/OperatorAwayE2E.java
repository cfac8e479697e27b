package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.Cluster;
import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.Platform;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What is decided while no operator runs counts when one runs again; what a wrong upgrade of the
 * operator brings along reaches no database by itself, and none that serves when somebody asks for
 * it.
 */
@Isolated("takes the operator away and gives it other images")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorAwayE2E {

  private static final Duration SOON = Duration.ofMinutes(4);
  private static final String NOWHERE = "kn.local/postgres:nowhere";
  private static final String ASK = "knowledgenetwork.dev/update=";

  private final Cluster cluster = Cluster.open();
  private final Platform platform = new Platform(cluster, "e2e-away", "away");

  @BeforeEach
  void apply() {
    platform.apply("profile: Development\ndeletionPolicy: Delete");
    platform.awaitReady();
  }

  @AfterAll
  void delete() {
    cluster.deleteNamespace(platform.namespace());
    cluster.close();
  }

  @Test
  void theWishToKeepDataCountsWhenNoOperatorHeardIt() {
    Set<String> claims = claims();
    assertThat(claims).hasSizeGreaterThanOrEqualTo(2);
    Map<String, Integer> logins = logins();
    Operator.away(
        cluster,
        () -> {
          platform.network().patch("{\"spec\": {\"deletionPolicy\": \"Retain\"}}");
          platform.network().delete();
        });
    platform.network().await("deletion", SOON, now -> now.get().isEmpty());
    Awaitility.await("the platform to be gone")
        .atMost(SOON)
        .until(
            () ->
                platform.shardSet().get().isEmpty()
                    && cluster.pods(platform.namespace(), Map.of()).isEmpty());
    assertThat(claims()).as("volumes, the same ones").isEqualTo(claims);
    assertThat(logins()).as("logins, the same ones").isEqualTo(logins);
  }

  @Test
  void aWrongImageOfAnUpgradeReachesNoDatabase() {
    Set<String> pods = databases();
    CustomObject shardSet = platform.shardSet();
    Operator.withPostgresImage(
        cluster,
        NOWHERE,
        () -> {
          shardSet.await("the update told", SOON, now -> now.is("UpdateAvailable", "True"));
          assertThat(shardSet.is("Ready", "True")).isTrue();
          assertThat(databases()).as("nothing restarts by itself").isEqualTo(pods);
          String message = shardSet.message("UpdateAvailable");
          assertThat(message).contains(ASK);
          String asked = message.substring(message.indexOf(ASK) + ASK.length());
          shardSet.patch(
              "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}"
                  .formatted(ASK.replace("=", ""), asked));
          // That it is Stalled after some minutes is tested elsewhere: a registry may come back.
          shardSet.await(
              "the image that is not to be had",
              SOON,
              now -> now.message("Reconciling").contains("\"" + NOWHERE + "\""));
          assertThat(shardSet.message("Reconciling"))
              .contains("A throw-away instance", "does not start (");
          assertThat(shardSet.is("Ready", "True")).as("users are served").isTrue();
          assertThat(databases()).as("it was tried elsewhere").isEqualTo(pods);
        });
    shardSet.await(
        "nothing to update",
        SOON,
        now ->
            now.is("UpdateAvailable", "False")
                && now.is("Stalled", "False")
                && now.is("Ready", "True"));
    assertThat(databases()).as("the same pods").isEqualTo(pods);
  }

  private Set<String> databases() {
    return uids(cluster.pods(platform.namespace(), Map.of("app.kubernetes.io/name", "postgres")));
  }

  private Set<String> claims() {
    return uids(
        cluster
            .client()
            .persistentVolumeClaims()
            .inNamespace(platform.namespace())
            .list()
            .getItems());
  }

  private static Set<String> uids(List<? extends HasMetadata> objects) {
    return objects.stream()
        .map(object -> object.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  /** A digest of each Secret that the data is of no use without. */
  private Map<String, Integer> logins() {
    Map<String, Integer> logins = new TreeMap<>();
    for (String secret : List.of("away-superuser", "away-app", "away-migrate", "away-db-ca")) {
      Map<String, Integer> digests = new TreeMap<>();
      platform
          .secret(secret)
          .forEach((key, value) -> digests.put(key, java.util.Arrays.hashCode(value)));
      logins.put(secret, digests.hashCode());
    }
    return logins;
  }
}
