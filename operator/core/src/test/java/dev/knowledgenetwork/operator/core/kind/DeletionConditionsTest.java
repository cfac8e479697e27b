package dev.knowledgenetwork.operator.core.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import dev.knowledgenetwork.crds.shardset.ShardSetStatus;
import dev.knowledgenetwork.operator.core.network.NetworkSpecs;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.shardset.Sets;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeletionConditionsTest {

  private static final Instant BEGIN = Sets.NOW;
  private static final Instant SOON = BEGIN.plusSeconds(5);
  private static final Instant LATE = BEGIN.plusSeconds(30);
  private static final Instant OVERDUE = BEGIN.plus(Duration.ofMinutes(11));

  @Test
  void whatGoesWellIsOnlyDeleting() {
    List<Condition> told = told(Removal.step(List.of(claim()), "the volumes are deleted"), SOON);
    assertThat(of(told, ConditionType.RECONCILING).reason()).isEqualTo("Deleting");
    assertThat(of(told, ConditionType.RECONCILING).message())
        .isEqualTo("Waits until the volumes are deleted.");
    assertThat(of(told, ConditionType.READY).message())
        .isEqualTo("It is being deleted. Waits until the volumes are deleted.");
    assertThat(Conditions.holds(told, ConditionType.READY)).isFalse();
    assertThat(Conditions.holds(told, ConditionType.STALLED)).isFalse();
  }

  @Test
  void aClaimThatAPodMountsNamesThePod() {
    DeletionConditions late = deletion(Removal.step(List.of(claim()), "the volumes are deleted"));
    assertThat(late.claims()).containsExactly("data-kn-s0-0");
    List<Condition> told = late.toList(Map.of("data-kn-s0-0", List.of("reader")), List.of());
    assertThat(of(told, ConditionType.RECONCILING).reason()).isEqualTo("DeletionBlocked");
    assertThat(of(told, ConditionType.RECONCILING).message())
        .isEqualTo(
            "Waits until the volumes are deleted. PersistentVolumeClaim data-kn-s0-0 is still"
                + " mounted by Pod reader: delete what makes that pod, or the pod: kubectl -n demo"
                + " delete pod reader.");
  }

  @Test
  void aFinalizerOfOthersIsNamed() {
    HasMetadata secret =
        new SecretBuilder().withMetadata(deleted("kn-app", BEGIN, "example.com/backup")).build();
    List<Condition> told = told(Removal.step(List.of(secret), "the Secrets are deleted"), LATE);
    assertThat(of(told, ConditionType.RECONCILING).message())
        .isEqualTo(
            "Waits until the Secrets are deleted. Secret kn-app is held by its finalizer"
                + " example.com/backup: whoever set that has to take it away; who it was: kubectl"
                + " -n demo get secret/kn-app -o yaml --show-managed-fields.");
  }

  @Test
  void aPodIsLateOnlyAfterItsTimeToEnd() {
    Instant end = BEGIN.plusSeconds(120);
    HasMetadata pod = new PodBuilder().withMetadata(deleted("kn-s0-0", end)).build();
    Removal step = Removal.awaiting(List.of(pod), "their pods have ended");
    assertThat(of(told(step, BEGIN.plusSeconds(130)), ConditionType.RECONCILING).reason())
        .isEqualTo("Deleting");
    assertThat(of(told(step, BEGIN.plusSeconds(150)), ConditionType.RECONCILING).message())
        .isEqualTo(
            "Waits until their pods have ended. Pod kn-s0-0 was to end by 2026-01-01T00:02:00Z, and"
                + " its node does not confirm it: if that node is gone for good, kubectl -n demo"
                + " delete pod/kn-s0-0 --grace-period=0 --force.");
  }

  @Test
  void aPodThatNobodyDeletesIsLateSinceTheBegin() {
    assertThat(of(told(undeleted(), LATE), ConditionType.RECONCILING).message())
        .contains("Pod kn-s0-0 is not being deleted yet");
  }

  @Test
  void whatWasInUseForLongIsNotLateAsSoonAsItIsTakenDown() {
    ShardSet serving = owner(ready(ConditionStatus.TRUE, BEGIN.minusSeconds(900)));
    assertThat(DeletionConditions.of(serving, undeleted(), OVERDUE).isLate()).isFalse();
    ShardSet takenDown = owner(ready(ConditionStatus.FALSE, OVERDUE));
    assertThat(DeletionConditions.of(takenDown, undeleted(), OVERDUE).isLate()).isFalse();
    assertThat(DeletionConditions.of(takenDown, undeleted(), OVERDUE.plusSeconds(30)).isLate())
        .isTrue();
    ShardSet broken = owner(ready(ConditionStatus.FALSE, BEGIN.minusSeconds(900)));
    assertThat(DeletionConditions.of(broken, undeleted(), LATE).isLate()).isTrue();
  }

  private static Removal undeleted() {
    return Removal.awaiting(
        List.of(new PodBuilder().withMetadata(metadata("kn-s0-0")).build()),
        "their pods have ended");
  }

  private static List<Condition> ready(ConditionStatus status, Instant since) {
    return List.of(new Condition("Ready", status, "Any", "", since.toString(), 1L));
  }

  @Test
  void whatIsAboutToBeDeletedIsNotLate() {
    HasMetadata pod = new PodBuilder().withMetadata(metadata("kn-s0-0")).build();
    assertThat(
            of(told(Removal.step(List.of(pod), "it is gone"), LATE), ConditionType.RECONCILING)
                .reason())
        .isEqualTo("Deleting");
  }

  @Test
  void anObjectOfOursSaysItselfWhatItWaitsFor() {
    ShardSet set = owner(told(Removal.step(List.of(claim()), "the volumes are deleted"), LATE));
    KnowledgeNetwork network = NetworkSpecs.network("deletionPolicy: Delete");
    network.getMetadata().setDeletionTimestamp(BEGIN.toString());
    List<Condition> told =
        DeletionConditions.of(
                network, Removal.awaiting(List.of(set), "ShardSet kn is taken down"), LATE)
            .toList(Map.of(), List.of());
    assertThat(of(told, ConditionType.RECONCILING).message())
        .startsWith(
            "Waits until ShardSet kn is taken down. ShardSet kn: Waits until the volumes are"
                + " deleted. PersistentVolumeClaim data-kn-s0-0 is held by its finalizer"
                + " kubernetes.io/pvc-protection");
  }

  @Test
  void oneThatIsHeldItselfSaysTheSameAgain() {
    ShardSet set = owner(List.of());
    set.getMetadata().setFinalizers(List.of("example.com/backup"));
    List<Condition> first = held(set);
    assertThat(of(first, ConditionType.RECONCILING).message())
        .startsWith(
            "Waits until its finalizers are taken away. ShardSet kn is held by its finalizer"
                + " example.com/backup");
    set.setStatus(ShardSetStatus.empty().with(first, List.of()));
    assertThat(held(set)).isEqualTo(first);
  }

  private static List<Condition> held(ShardSet set) {
    return DeletionConditions.of(
            set, Removal.awaiting(List.of(set), "its finalizers are taken away"), LATE)
        .toList(Map.of(), List.of());
  }

  @Test
  void aRefusalIsToldAtOnceInTheWordsOfWhoeverRefused() {
    List<Condition> told =
        DeletionConditions.of(
                owner(List.of()), Removal.step(List.of(), "the volumes are deleted"), SOON)
            .toList(
                Map.of(),
                List.of(
                    new Problem.Transient(
                        StandardReason.INTERNAL_ERROR, "The API server forbids it: no.")));
    assertThat(of(told, ConditionType.RECONCILING).reason()).isEqualTo("DeletionBlocked");
    assertThat(of(told, ConditionType.RECONCILING).message())
        .isEqualTo("Waits until the volumes are deleted. The API server forbids it: no.");
  }

  @Test
  void pastTheDeadlineItIsStalledAndGoesOnOnceItIsLetGo() {
    Removal step = Removal.step(List.of(claim()), "the volumes are deleted");
    List<Condition> overdue = told(step, OVERDUE);
    assertThat(of(overdue, ConditionType.STALLED).reason()).isEqualTo("DeletionBlocked");
    assertThat(of(overdue, ConditionType.STALLED).message()).contains("data-kn-s0-0 is held by");
    assertThat(Conditions.holds(overdue, ConditionType.RECONCILING)).isFalse();
    List<Condition> next =
        DeletionConditions.of(owner(overdue), Removal.step(List.of(), "the rest goes"), OVERDUE)
            .toList(Map.of(), List.of());
    assertThat(Conditions.holds(next, ConditionType.STALLED)).isFalse();
    assertThat(Conditions.holds(next, ConditionType.RECONCILING)).isTrue();
  }

  @Test
  void ofManyAFewAreNamed() {
    List<HasMetadata> secrets =
        IntStream.range(0, 9)
            .mapToObj(
                n ->
                    (HasMetadata)
                        new SecretBuilder()
                            .withMetadata(deleted("secret-" + n, BEGIN, "example.com/backup"))
                            .build())
            .toList();
    assertThat(
            of(told(Removal.step(secrets, "they are gone"), LATE), ConditionType.RECONCILING)
                .message())
        .contains("secret-4")
        .doesNotContain("secret-5")
        .endsWith("4 more are late.");
  }

  private static DeletionConditions deletion(Removal step) {
    return DeletionConditions.of(owner(List.of()), step, LATE);
  }

  private static List<Condition> told(Removal step, Instant now) {
    return DeletionConditions.of(owner(List.of()), step, now).toList(Map.of(), List.of());
  }

  private static ShardSet owner(List<Condition> conditions) {
    ShardSet owner = Sets.set("{}");
    owner.getMetadata().setDeletionTimestamp(BEGIN.toString());
    owner.getMetadata().setFinalizers(List.of("knowledgenetwork.dev/cleanup"));
    owner.setStatus(ShardSetStatus.empty().with(conditions, List.of()));
    return owner;
  }

  private static HasMetadata claim() {
    return new PersistentVolumeClaimBuilder()
        .withMetadata(deleted("data-kn-s0-0", BEGIN, "kubernetes.io/pvc-protection"))
        .build();
  }

  private static ObjectMeta deleted(String name, Instant time, String... finalizers) {
    return new ObjectMetaBuilder(metadata(name))
        .withDeletionTimestamp(time.toString())
        .withFinalizers(finalizers)
        .build();
  }

  private static ObjectMeta metadata(String name) {
    return new ObjectMetaBuilder().withName(name).withNamespace("demo").build();
  }

  private static Condition of(List<Condition> conditions, ConditionType type) {
    return Conditions.find(conditions, type).orElseThrow();
  }
}
