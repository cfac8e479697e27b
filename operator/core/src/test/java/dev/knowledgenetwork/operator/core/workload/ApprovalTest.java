package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Maintenance;
import dev.knowledgenetwork.crds.common.MaintenanceWindow;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.workload.Offer.Standing;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApprovalTest {

  private static final Instant NOW = Instant.parse("2026-01-04T02:00:00Z");
  private static final Maintenance SUNDAYS =
      new Maintenance(new MaintenanceWindow("0 3 * * SUN", "2h"));
  private static final Offer A = new Offer("the a", "a2", "a1", Standing.HELD);
  private static final Offer B = new Offer("the b", "b2", "b1", Standing.HELD);

  @Test
  void theNoticeNamesAllThatIsHeldAndTheCommand() {
    assertThat(approval("", Maintenance.none(), NOW).notice(List.of(A, A, B)))
        .contains(
            "This version of the operator would run the a and the b in another way."
                + " Nothing is restarted until you say so: kubectl -n demo annotate --overwrite cachetier kn knowledgenetwork.dev/update=a2,b2");
    Offer current = new Offer("the a", "a2", "a2", Standing.CURRENT);
    assertThat(approval("", SUNDAYS, NOW).notice(List.of(current))).isEmpty();
  }

  @Test
  void theNoticeNamesTheNextWindowAndIsTheSameUntilThen() {
    String before = approval("", SUNDAYS, NOW).notice(List.of(A)).orElseThrow();
    assertThat(before)
        .contains(
            "Nothing is restarted before the maintenance window that begins at"
                + " 2026-01-04T03:00:00Z, unless you say so: kubectl");
    Instant last = Instant.parse("2026-01-04T02:59:59.999999Z");
    assertThat(approval("", SUNDAYS, last).notice(List.of(A))).contains(before);
  }

  @Test
  void aRequestForSomethingElseIsTold() {
    assertThat(approval("typo", SUNDAYS, NOW).notice(List.of(A)).orElseThrow())
        .contains(
            "The annotation knowledgenetwork.dev/update says typo, which is not this update.");
    for (String known : new String[] {"a1", "a2", "typo,b2"}) {
      assertThat(approval(known, SUNDAYS, NOW).notice(List.of(A, B)).orElseThrow())
          .as(known)
          .doesNotContain("The annotation");
    }
  }

  @Test
  void anUpdateIsCoveredByItsIdOrByTheWindow() {
    assertThat(approval(" a2 , b2", Maintenance.none(), NOW).covers("b2")).isTrue();
    assertThat(approval("a2", SUNDAYS, NOW).covers("b2")).isFalse();
    assertThat(approval("", SUNDAYS, NOW.plus(Duration.ofHours(1))).covers("b2")).isTrue();
  }

  @Test
  void itIsLookedAtAgainWhenTheWindowBeginsAndWhenItEnds() {
    Duration hour = Duration.ofHours(1).plusMillis(1);
    Offer due = new Offer("the a", "a2", "a1", Standing.DUE);
    Offer current = new Offer("the a", "a2", "a2", Standing.CURRENT);
    assertThat(approval("", SUNDAYS, NOW).nextCheck(List.of(A, current))).contains(hour);
    assertThat(approval("", SUNDAYS, NOW).nextCheck(List.of(current))).isEmpty();
    assertThat(approval("", Maintenance.none(), NOW).nextCheck(List.of(A))).isEmpty();
    assertThat(approval("a2", SUNDAYS, NOW).nextCheck(List.of(due))).isEmpty();
    assertThat(approval("", SUNDAYS, NOW.plus(Duration.ofHours(2))).nextCheck(List.of(due)))
        .contains(hour);
  }

  private static Approval approval(String annotation, Maintenance maintenance, Instant now) {
    CacheTier tier = new CacheTier();
    tier.setMetadata(
        new ObjectMetaBuilder()
            .withName("kn")
            .withNamespace("demo")
            .withAnnotations(Map.of(Annotations.UPDATE, annotation))
            .build());
    return Approval.of(tier, maintenance, now);
  }
}
