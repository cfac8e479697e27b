package dev.knowledgenetwork.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testkit.CustomObject;
import dev.knowledgenetwork.testkit.Platform;
import dev.knowledgenetwork.testkit.Prober;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What keeps a ShardSet from what was asked for stands in the object, in the words of whoever is in
 * the way, and once it is gone the ShardSet becomes Ready without hands. A namespace each.
 */
class ObstaclesE2E extends ShardSetScenarios {

  private static final Duration TOLD = Duration.ofMinutes(4);
  private static final String LATER = "e2e-obstacle-later";
  private static final String FROZEN = "databases are frozen until Monday, ask the platform team";

  private static final String POLICY =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: NAMESPACE}
      spec:
        failurePolicy: Fail
        matchConstraints:
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NAMESPACE}}
          resourceRules:
          - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [statefulsets]}
        validations:
        - {expression: "false", message: "%s"}
      """
          .formatted(FROZEN);

  private static final String BINDING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: NAMESPACE}
      spec: {policyName: NAMESPACE, validationActions: [Deny]}
      """;

  /**
   * The kernel ends the largest process of a container that needs too much: so by many small ones,
   * of which each is smaller than Patroni, which the container ends with.
   */
  private static final String FILL_MEMORY =
      """
      echo 1000 > /proc/$(pgrep -o -f bin/patroni)/oom_score_adj
      for i in $(seq 32); do
        (head -c 16M /dev/zero; sleep 20) | tail -c 16M >/dev/null &
      done </dev/null >/dev/null 2>&1
      """;

  ObstaclesE2E() {
    super("e2e-obstacle-");
  }

  @Test
  void theSchedulerFindsNoNode() {
    Platform platform = sets.empty("node");
    sets.apply(platform, Map.of("placement", "{nodeSelector: {disk: made-of-cheese}}"));
    awaitWords(
        platform.shardSet(),
        "finds no node",
        "didn't match Pod's node affinity/selector",
        "spec.placement.nodeSelector (disk=made-of-cheese)",
        "kubectl label node");
    platform.shardSet().patch("{\"spec\": {\"placement\": null}}");
    platform.shardSet().awaitReady(Platform.READY);
  }

  @Test
  void theClassOfTheVolumesDoesNotExist() {
    Platform platform = sets.empty("class");
    sets.apply(platform, Map.of("storage", "{size: 1Gi, storageClassName: %s}".formatted(LATER)));
    StorageClass later = classLikeTheDefault();
    try {
      awaitWords(platform.shardSet(), LATER, "not found");
      cluster.client().resource(later).create();
      platform.shardSet().awaitReady(Platform.READY);
    } finally {
      cluster.client().resource(later).delete();
    }
  }

  @Test
  void aQuotaLeavesNoRoom() {
    Platform platform = sets.empty("quota");
    HasMetadata quota =
        apply(
            platform,
            """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: few}
            spec: {hard: {pods: "1"}}
            """);
    sets.apply(platform, Map.of());
    awaitWords(platform.shardSet(), "exceeded quota: few", "pods=1", "patch resourcequota few");
    cluster.client().resource(quota).delete();
    platform.shardSet().awaitReady(Platform.READY);
  }

  @Test
  void aLimitOfTheNamespaceIsBelowThatOfThePooler() {
    Platform platform = sets.empty("limit");
    apply(
        platform,
        """
        apiVersion: v1
        kind: LimitRange
        metadata: {name: low}
        spec: {limits: [{type: Container, max: {cpu: 600m}}]}
        """);
    String small = "{requests: {cpu: 50m, memory: 256Mi}, limits: {cpu: 500m, memory: 512Mi}}";
    sets.apply(platform, Map.of("resources", small));
    awaitWords(platform.shardSet(), "maximum cpu usage per Container is 600m", "t-pooler");
    platform
        .shardSet()
        .patch(
            "{\"spec\": {\"pool\": {\"pooler\": {\"resources\":"
                + " {\"limits\": {\"cpu\": \"250m\"}}}}}}");
    platform.shardSet().awaitReady(Platform.READY);
  }

  @Test
  void aPolicyDenies() {
    Platform platform = sets.empty("policy");
    HasMetadata policy = cluster.client().resource(of(POLICY, platform)).item();
    HasMetadata binding = cluster.client().resource(of(BINDING, platform)).item();
    try {
      cluster.client().resource(policy).create();
      cluster.client().resource(binding).create();
      awaitDenied(platform);
      sets.apply(platform, Map.of());
      awaitWords(platform.shardSet(), "StatefulSet t-s0", FROZEN);
      cluster.client().resource(binding).delete();
      platform.shardSet().awaitReady(Platform.READY);
    } finally {
      cluster.client().resource(binding).delete();
      cluster.client().resource(policy).delete();
    }
  }

  @Test
  void memoryIsNotEnoughWhichIsRefusedBeforeAndToldAfter() {
    Platform platform = sets.ready("memory");
    CustomObject shardSet = platform.shardSet();
    shardSet.patch("{\"spec\": {\"parameters\": {\"shared_buffers\": \"900GB\"}}}");
    shardSet.await(
        "Stalled=True for shared_buffers",
        TOLD,
        now -> now.is("Stalled", "True") && now.message("Stalled").contains("shared_buffers"));
    assertThat(shardSet.reason("Stalled")).isEqualTo("InvalidSpec");
    assertThat(shardSet.is("Ready", "True")).as("users are served").isTrue();
    shardSet.patch("{\"spec\": {\"parameters\": null}}");
    shardSet.await("Stalled=False", TOLD, now -> now.is("Stalled", "False"));

    Prober.in(cluster, platform.primary("s0")).run(FILL_MEMORY);
    Awaitility.await("OOMKilled in a condition or an Event")
        .atMost(TOLD)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> says(shardSet, "OOMKilled") || tells(platform, "OOMKilled"));
    shardSet.awaitReady(TOLD);
  }

  @Test
  void thePoolersAreTooFewForThePodsOfTheNetwork() {
    Platform platform = sets.empty("poolers");
    sets.apply(platform, Map.of("pool", "{max: 500, pooler: {instances: 1}}"));
    platform.apply("profile: Development\nshardSet: {name: t}\ndeletionPolicy: Delete");
    CustomObject network = platform.network();
    network.await(
        "Stalled with reason PoolersExceeded",
        TOLD,
        now -> now.reason("Stalled").equals("PoolersExceeded"));
    assertThat(network.is("Ready", "True")).isFalse();
    assertThat(network.message("Stalled"))
        .contains("ShardSet t accept 2000", "set spec.pool.max of the ShardSet to at most")
        .endsWith(".");
    platform.shardSet().patch("{\"spec\": {\"pool\": {\"max\": 20}}}");
    network.await("Stalled=False", TOLD, now -> now.is("Stalled", "False"));
  }

  /** All words in one condition, while the ShardSet is not said to be Ready. */
  private static void awaitWords(CustomObject object, String... words) {
    object.await(
        "condition that says " + String.join(", ", words),
        TOLD,
        now -> !now.is("Ready", "True") && says(now, words));
  }

  private static boolean says(CustomObject object, String... words) {
    return object.conditions().stream()
        .map(condition -> String.valueOf(condition.get("message")))
        .anyMatch(message -> Stream.of(words).allMatch(message::contains));
  }

  private boolean tells(Platform platform, String word) {
    return events(platform)
        .filter(event -> event.getRegarding().getKind().equals("ShardSet"))
        .anyMatch(event -> event.getNote().contains(word));
  }

  private Stream<Event> events(Platform platform) {
    return cluster
        .client()
        .events()
        .v1()
        .events()
        .inNamespace(platform.namespace())
        .list()
        .getItems()
        .stream();
  }

  private HasMetadata apply(Platform platform, String yaml) {
    return cluster.client().resource(yaml).inNamespace(platform.namespace()).serverSideApply();
  }

  private static String of(String yaml, Platform platform) {
    return yaml.replace("NAMESPACE", platform.namespace());
  }

  /** A policy is in force some moments after it was made. */
  private void awaitDenied(Platform platform) {
    String empty =
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: trial}
        spec:
          serviceName: trial
          selector: {matchLabels: {app: trial}}
          template:
            metadata: {labels: {app: trial}}
            spec: {containers: [{name: trial, image: trial}]}
        """;
    Awaitility.await("the policy in force")
        .atMost(TOLD)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              try {
                cluster
                    .client()
                    .resource(empty)
                    .inNamespace(platform.namespace())
                    .dryRun(true)
                    .create();
                return false;
              } catch (io.fabric8.kubernetes.client.KubernetesClientException e) {
                return e.getMessage().contains(FROZEN);
              }
            });
  }

  private StorageClass classLikeTheDefault() {
    StorageClass usual =
        cluster.client().storage().v1().storageClasses().list().getItems().stream()
            .filter(
                each ->
                    "true"
                        .equals(
                            each.getMetadata()
                                .getAnnotations()
                                .get("storageclass.kubernetes.io/is-default-class")))
            .findFirst()
            .orElseThrow();
    return new StorageClassBuilder(usual).withNewMetadata().withName(LATER).endMetadata().build();
  }
}
