package dev.knowledgenetwork.operator.core.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.operation.Round;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.Reason;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.plan.Target;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.assertj.core.api.MapAssert;
import org.junit.jupiter.api.Test;

class StandardConditionsTest {

  private enum Why implements Reason {
    READY,
    ROLLING,
    INSTANCES_LOST,
    PATRONI_REFUSED,
    FORBIDDEN
  }

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Finding READY = new Finding(Why.READY, "It answers.");
  private static final Finding WORK = new Finding(Why.ROLLING, "Pods are being replaced.");
  private static final Finding LOSS = new Finding(Why.INSTANCES_LOST, "kn-s0-1 is away.");

  private final CacheTier tier = tier();

  @Test
  void workIsReconcilingAndNothingElse() {
    expect(conditions(false, health(Optional.of(WORK), Optional.empty())))
        .containsEntry("Reconciling", "True Rolling Pods are being replaced.")
        .containsEntry("Stalled", "False Valid ")
        .containsEntry("Degraded", "False Whole ");
  }

  @Test
  void whatStandsInTheWayIsSaidBesideTheWork() {
    expect(
            conditions(
                false,
                health(Optional.of(WORK), Optional.empty()),
                new Problem.Failed(Why.PATRONI_REFUSED, "Patroni says no."),
                new Problem.Transient(Why.FORBIDDEN, "A quota says no.")))
        .containsEntry(
            "Reconciling",
            "True Rolling Pods are being replaced. Patroni says no. A quota says no.");
  }

  @Test
  void whatStandsInTheWayOfAnObjectThatSeemsDoneIsReconcilingToo() {
    expect(
            conditions(
                false,
                health(Optional.empty(), Optional.empty()),
                new Problem.Failed(Why.PATRONI_REFUSED, "Patroni says no.")))
        .containsEntry("Reconciling", "True PatroniRefused Patroni says no.");
  }

  @Test
  void workThatDoesNotGetOnInTimeIsStalledWithTheObstacles() {
    Target whole = new Target("CacheTier", "demo", "kn", "");
    Facts facts =
        Facts.none()
            .with(
                Obstacles.FACT,
                whole,
                new Obstacles(List.of("Pod kn-valkey-0: FailedScheduling: no node fits")),
                NOW);
    expect(conditions(true, facts, health(Optional.of(WORK), Optional.empty())))
        .containsEntry("Reconciling", "False Settled ")
        .containsEntry(
            "Stalled",
            "True ProgressDeadlineExceeded It does not get on. Pods are being replaced."
                + " Pod kn-valkey-0: FailedScheduling: no node fits.");
  }

  @Test
  void whatIsKnownToStandInTheWayIsSaidWhereverItHurts() {
    Facts facts =
        Facts.none()
            .with(
                Obstacles.FACT,
                new Target("CacheTier", "demo", "kn", ""),
                new Obstacles(List.of("StatefulSet kn: FailedCreate: exceeded quota")),
                NOW);
    expect(conditions(false, facts, health(Optional.of(WORK), Optional.of(LOSS))))
        .containsEntry(
            "Reconciling",
            "True Rolling Pods are being replaced. StatefulSet kn: FailedCreate: exceeded quota.")
        .containsEntry(
            "Degraded",
            "True InstancesLost kn-s0-1 is away. StatefulSet kn: FailedCreate: exceeded quota.");
  }

  @Test
  void itIsAskedForOnceSomethingHasGoneOnForAWhile() {
    List<Condition> working =
        StandardConditions.set(
                Conditions.after(List.of(), 1L, NOW),
                pass(false, Facts.none()),
                health(Optional.of(WORK), Optional.empty()))
            .toList();
    assertThat(StandardConditions.unsettledSince(working)).contains(NOW);
    List<Condition> settled =
        StandardConditions.set(
                Conditions.after(working, 1L, NOW.plusSeconds(9)),
                pass(false, Facts.none()),
                health(Optional.empty(), Optional.empty()))
            .toList();
    assertThat(StandardConditions.unsettledSince(settled)).isEmpty();
  }

  @Test
  void whatWasLostIsNotBackBeforeUsersAreServed() {
    List<Condition> lost =
        conditions(false, health(ConditionStatus.FALSE, Optional.empty(), Optional.of(LOSS)));
    List<Condition> madeAnew =
        after(lost, health(ConditionStatus.FALSE, Optional.of(WORK), Optional.empty()));
    expect(madeAnew)
        .containsEntry("Degraded", "True Ready It answers.")
        .containsEntry("Reconciling", "True Rolling Pods are being replaced.");
    expect(after(madeAnew, health(ConditionStatus.TRUE, Optional.of(WORK), Optional.empty())))
        .containsEntry("Degraded", "False Whole ");
    expect(conditions(false, health(ConditionStatus.FALSE, Optional.of(WORK), Optional.empty())))
        .as("what was never there is not lost")
        .containsEntry("Degraded", "False Whole ");
  }

  private List<Condition> after(List<Condition> before, Health health) {
    return StandardConditions.set(
            Conditions.after(before, 1L, NOW.plusSeconds(1)), pass(false, Facts.none()), health)
        .toList();
  }

  @Test
  void oneLineTellsThatUsersAreServedAndThatAChangeIsNotInForce() {
    expect(
            conditions(
                false,
                health(Optional.empty(), Optional.empty()),
                new Problem.InvalidSpec(
                    StandardReason.INVALID_SPEC, "spec.l2.memory", "use at least 16Mi")))
        .hasEntrySatisfying(
            "Ready",
            said ->
                assertThat(said)
                    .startsWith("True InvalidSpec ")
                    .endsWith(" But: spec.l2.memory: use at least 16Mi."));
  }

  @Test
  void whoHasNothingToDoIsNeverOverdue() {
    expect(conditions(true, health(Optional.empty(), Optional.empty())))
        .containsEntry("Stalled", "False Valid ");
  }

  @Test
  void aSpecThatIsNotValidIsStalledAndLossIsSaidAllTheSame() {
    expect(
            conditions(
                false,
                health(Optional.empty(), Optional.of(LOSS)),
                new Problem.InvalidSpec(
                    StandardReason.INVALID_SPEC, "spec.l2.memory", "use at least 16Mi")))
        .containsEntry("Stalled", "True InvalidSpec spec.l2.memory: use at least 16Mi.")
        .containsEntry("Degraded", "True InstancesLost kn-s0-1 is away.");
  }

  @Test
  void whatOnlyAPersonCanGetOnIsStalled() {
    expect(
            conditions(
                false,
                health(Optional.of(WORK), Optional.empty()),
                new Problem.Stuck(StandardReason.TRIAL_FAILED, "The change does not start.")))
        .containsEntry("Stalled", "True TrialFailed The change does not start.")
        .containsEntry("Reconciling", "False Settled ");
  }

  @Test
  void whoIsPausedSaysSoAndIsNeverOverdue() {
    tier.getMetadata().setAnnotations(Map.of("knowledgenetwork.dev/paused", "true"));
    expect(conditions(true, health(Optional.of(WORK), Optional.empty())))
        .containsEntry("Reconciling", "False Paused ")
        .containsEntry("Stalled", "False Valid ")
        .hasEntrySatisfying("Ready", text -> assertThat(text).startsWith("True Paused "));
  }

  private List<Condition> conditions(boolean overdue, Health health, Problem... problems) {
    return conditions(overdue, Facts.none(), health, problems);
  }

  private List<Condition> conditions(
      boolean overdue, Facts facts, Health health, Problem... problems) {
    return StandardConditions.set(
            Conditions.after(List.of(), 1L, NOW), pass(overdue, facts, problems), health)
        .toList();
  }

  private Pass<CacheTier> pass(boolean overdue, Facts facts, Problem... problems) {
    return new Pass<>(
        tier,
        Observed.of(Children.none(), NOW).with(facts),
        Round.none(List.of()),
        new Plan(List.of(), List.of(), List.of(), List.of(problems), Optional.empty()),
        Outcome.NONE,
        overdue,
        NOW);
  }

  private static Health health(Optional<Finding> work, Optional<Finding> loss) {
    return health(ConditionStatus.TRUE, work, loss);
  }

  private static Health health(
      ConditionStatus serving, Optional<Finding> work, Optional<Finding> loss) {
    return new Health(serving, READY, work, loss, Optional.empty());
  }

  private static MapAssert<String, String> expect(List<Condition> conditions) {
    return assertThat(
        conditions.stream()
            .collect(
                Collectors.toMap(
                    Condition::type,
                    c ->
                        (c.status() == ConditionStatus.TRUE ? "True" : "False")
                            + " "
                            + c.reason()
                            + " "
                            + c.message())));
  }

  private static CacheTier tier() {
    CacheTier tier = new CacheTier();
    tier.setMetadata(
        new ObjectMetaBuilder().withNamespace("demo").withName("kn").withGeneration(1L).build());
    return tier;
  }
}
