package dev.knowledgenetwork.operator.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.common.OperationPhase;
import dev.knowledgenetwork.crds.common.OperationState;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView;
import dev.knowledgenetwork.operator.core.golden.Golden;
import dev.knowledgenetwork.operator.core.golden.PodRules;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pod of a cache is the only one: what does not start must not reach it. */
class CacheRollTest {

  private static final String SMALL = "l2: {memory: 128Mi}";
  private static final String LARGE = "l2: {memory: 512Mi}";

  private final CacheTier tier = Tiers.tier(Tiers.spec(SMALL));
  private StatefulSet live = Tiers.live(tier, 1);
  private Optional<Job> job = Optional.empty();
  private Optional<Pod> jobPod = Optional.empty();
  private Pod pod = pod("a");
  private boolean answers = true;
  private Instant now = Tiers.NOW;

  @Test
  void aChangeIsTriedBeforeItReachesThePod() {
    pass();
    change(LARGE);
    Plan trying = pass();
    assertThat(memory(trying)).isEqualTo("maxmemory 134217728");
    assertThat(planned(trying, StatefulSet.class).findFirst()).contains(withoutStatus(live));
    Job tried = planned(trying, Job.class).findFirst().orElseThrow();
    assertThat(files(trying, tried.getMetadata().getName())).contains("maxmemory 536870912");
    assertThat(told(ConditionType.RECONCILING).message())
        .isEqualTo(
            "Roll of valkey: A throw-away instance (Job %s) tries the change first."
                .formatted(tried.getMetadata().getName()));
    assertThat(told(ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(tier.getStatus().memory()).as("in force").isEqualTo("128Mi");

    ends(tried, 1, 0, "Valkey has started.");
    Plan applying = pass();
    assertThat(memory(applying)).isEqualTo("maxmemory 536870912");
    assertThat(mayReplace(trying)).isFalse();
    assertThat(mayReplace(applying)).isTrue();
    assertThat(planned(applying, Job.class)).isEmpty();

    applied(applying);
    pass();
    assertThat(operation().step()).isEqualTo("Replace");
    assertThat(told(ConditionType.DEGRADED).status()).isEqualTo(ConditionStatus.FALSE);

    replaced();
    pod = pod("a");
    pass();
    assertThat(operation().step()).as("the old pod is still there").isEqualTo("Replace");
    pod = pod("b");
    pass();
    Plan done = pass();
    assertThat(mayReplace(done)).isFalse();
    applied(done);
    replaced();
    pass();
    assertThat(tier.getStatus().operations()).isEmpty();
    assertThat(told(ConditionType.RECONCILING).status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(tier.getStatus().memory()).isEqualTo("512Mi");
  }

  @Test
  void whatWasAppliedReachesThePodAlsoWhenAnotherChangeCameBetween() {
    pass();
    change(LARGE);
    ends(planned(pass(), Job.class).findFirst().orElseThrow(), 1, 0, "Valkey has started.");
    applied(pass());
    change("l2: {memory: 1Gi}");
    assertThat(mayReplace(pass())).isFalse();
    assertThat(operation().step()).isEqualTo("Try");

    change(LARGE);
    assertThat(mayReplace(pass())).isTrue();
    assertThat(operation().step()).isEqualTo("Replace");
    replaced();
    pod = pod("b");
    pass();
    pass();
    assertThat(tier.getStatus().operations()).isEmpty();
  }

  @Test
  void aThrowAwayInstanceIsPlannedAsReviewed() {
    pass();
    change(LARGE);
    Plan plan = pass();
    Golden.verify(
        "cache/trial.yaml",
        new Plan(
            List.of(),
            plan.resources().stream()
                .filter(object -> object.getMetadata().getName().startsWith("kn-valkey-try-"))
                .toList(),
            List.of(),
            List.of(),
            Optional.empty()));
    assertThat(PodRules.templates(plan)).hasSize(2);
  }

  @Test
  void whatDoesNotStartGoesNoFurtherAndValkeySaysWhy() {
    pass();
    change(LARGE);
    ends(planned(pass(), Job.class).findFirst().orElseThrow(), 0, 1, "Failed to configure TLS");
    Plan plan = pass();
    assertThat(memory(plan)).isEqualTo("maxmemory 134217728");
    assertThat(told(ConditionType.STALLED).reason()).isEqualTo("TrialFailed");
    assertThat(told(ConditionType.STALLED).message())
        .startsWith(
            "The change does not start, so valkey keeps what it has: Failed to configure TLS.")
        .contains("kubectl -n demo delete job kn-valkey-try-");
    assertThat(told(ConditionType.READY).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(told(ConditionType.READY).reason()).isEqualTo("TrialFailed");

    change(SMALL);
    pass();
    pass();
    assertThat(tier.getStatus().operations()).isEmpty();
    assertThat(told(ConditionType.STALLED).status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void whatEndsWellWithoutAWordHasTriedNothing() {
    pass();
    change(LARGE);
    ends(planned(pass(), Job.class).findFirst().orElseThrow(), 1, 0, "");
    Plan plan = pass();
    assertThat(memory(plan)).isEqualTo("maxmemory 134217728");
    assertThat(told(ConditionType.STALLED).message()).contains("it ended without a word");
  }

  @Test
  void aJobThatIsSeenBeforeItsPodIsNoVerdict() {
    pass();
    change(LARGE);
    ends(planned(pass(), Job.class).findFirst().orElseThrow(), 1, 0, "Valkey has started.");
    Optional<Pod> seen = jobPod;
    jobPod = Optional.empty();
    assertThat(memory(pass())).isEqualTo("maxmemory 134217728");
    assertThat(told(ConditionType.STALLED).status()).isEqualTo(ConditionStatus.FALSE);
    jobPod = seen;
    assertThat(memory(pass())).isEqualTo("maxmemory 536870912");
  }

  @Test
  void aSpecThatChangesBetweenTrialAndPodIsTriedAnew() {
    pass();
    change(LARGE);
    ends(planned(pass(), Job.class).findFirst().orElseThrow(), 1, 0, "Valkey has started.");
    pass();
    change("l2: {memory: 1Gi}");
    Plan plan = pass();
    assertThat(memory(plan)).isEqualTo("maxmemory 134217728");
    assertThat(planned(plan, Job.class)).hasSize(1);
    assertThat(operation().step()).isEqualTo("Try");
  }

  @Test
  void aCacheThatIsLostDuringATrialIsToldAsLost() {
    pass();
    change(LARGE);
    pass();
    live = new StatefulSetBuilder(live).editStatus().withReadyReplicas(0).endStatus().build();
    answers = false;
    pass();
    assertThat(told(ConditionType.DEGRADED).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(told(ConditionType.READY).status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void noOperationIsLeftAtACacheOfOthers() {
    pass();
    change(LARGE);
    pass();
    change("l2: {external: {endpoints: ['cache:6379'], tls: false, secretRef: {name: my-redis}}}");
    pass();
    assertThat(tier.getStatus().operations())
        .singleElement()
        .extracting(OperationState::phase, OperationState::message)
        .containsExactly(OperationPhase.WITHDRAWN, "The object has no valkey any more.");
    pass();
    assertThat(tier.getStatus().operations()).isEmpty();
  }

  private void change(String spec) {
    tier.setSpec(Tiers.spec(spec));
    tier.getMetadata().setGeneration(tier.getMetadata().getGeneration() + 1);
  }

  private Plan pass() {
    List<HasMetadata> children = new ArrayList<>(List.of(live, pod));
    job.ifPresent(children::add);
    jobPod.ifPresent(children::add);
    now = now.plusSeconds(1);
    return Passes.run(
        Tiers.KIND,
        tier,
        Observed.of(new Children(children), now)
            .with(
                Facts.none()
                    .with(
                        CacheView.FACT,
                        CacheView.target(tier),
                        new CacheView(
                            answers ? Optional.of(Tiers.probe(10)) : Optional.empty(),
                            Optional.empty(),
                            Optional.empty()),
                        now)));
  }

  /** The pod of the cache, from a revision of the StatefulSet. */
  private static Pod pod(String revision) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("kn-valkey-0")
        .addToLabels("controller-revision-hash", revision)
        .endMetadata()
        .withNewStatus()
        .endStatus()
        .build();
  }

  private void ends(Job tried, int succeeded, int failed, String words) {
    job =
        Optional.of(
            new JobBuilder(tried)
                .withNewStatus()
                .withSucceeded(succeeded)
                .withFailed(failed)
                .endStatus()
                .build());
    jobPod =
        Optional.of(
            new PodBuilder()
                .withNewMetadata()
                .withName(tried.getMetadata().getName() + "-x")
                .addToLabels("batch.kubernetes.io/job-name", tried.getMetadata().getName())
                .endMetadata()
                .withNewStatus()
                .addNewContainerStatus()
                .withNewState()
                .withNewTerminated()
                .withExitCode(failed)
                .withMessage(words)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build());
  }

  /** The API server has the new StatefulSet; its controller has yet to replace the pod. */
  private void applied(Plan plan) {
    StatefulSet next = planned(plan, StatefulSet.class).findFirst().orElseThrow();
    live =
        new StatefulSetBuilder(next)
            .editMetadata()
            .withGeneration(2L)
            .addToAnnotations(Annotations.DESIRED_HASH, Hash.of(next))
            .endMetadata()
            .withNewStatus()
            .withObservedGeneration(2L)
            .withReadyReplicas(0)
            .withCurrentRevision("a")
            .withUpdateRevision("b")
            .endStatus()
            .build();
    job = Optional.empty();
    jobPod = Optional.empty();
    answers = false;
  }

  private void replaced() {
    live =
        new StatefulSetBuilder(live)
            .editStatus()
            .withReadyReplicas(1)
            .withCurrentRevision("b")
            .endStatus()
            .build();
    answers = true;
  }

  private OperationState operation() {
    return tier.getStatus().operations().getFirst();
  }

  private Condition told(ConditionType type) {
    return Conditions.find(tier.getStatus().conditions(), type).orElseThrow();
  }

  private static boolean mayReplace(Plan plan) {
    return planned(plan, StatefulSet.class)
        .allMatch(set -> set.getSpec().getUpdateStrategy().getRollingUpdate().getPartition() == 0);
  }

  private static <T> Stream<T> planned(Plan plan, Class<T> type) {
    return plan.resources().stream().filter(type::isInstance).map(type::cast);
  }

  private static StatefulSet withoutStatus(StatefulSet set) {
    Map<String, String> annotations = new HashMap<>(set.getMetadata().getAnnotations());
    annotations.remove(Annotations.DESIRED_HASH);
    return new StatefulSetBuilder(set)
        .editMetadata()
        .withGeneration(null)
        .withAnnotations(annotations)
        .endMetadata()
        .withStatus(null)
        .build();
  }

  private static String memory(Plan plan) {
    return files(plan, "kn-valkey")
        .lines()
        .filter(line -> line.startsWith("maxmemory "))
        .findFirst()
        .orElseThrow();
  }

  private static String files(Plan plan, String name) {
    return planned(plan, ConfigMap.class)
        .filter(map -> map.getMetadata().getName().equals(name))
        .map(map -> map.getData().get("valkey.conf"))
        .findFirst()
        .orElseThrow();
  }
}
