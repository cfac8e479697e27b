package dev.knowledgenetwork.operator.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierBinding;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.cachetier.CacheTierStatus;
import dev.knowledgenetwork.crds.cachetier.EvictionPolicy;
import dev.knowledgenetwork.crds.cachetier.L2;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One tier through its life: each step starts from the status that the step before wrote. */
class CacheTierStatusCalculatorTest {

  private final CacheTier tier = Tiers.tier();
  private Instant now = Tiers.NOW;

  @Test
  void creationIsReconcilingUntilTheCacheAnswers() {
    step(Tiers.NOTHING);
    expect("Ready", "False", "Creating");
    expect("Reconciling", "True", "Creating");
    expect("Degraded", "False", "Whole");
    expect("Stalled", "False", "Valid");
    expect("MemoryOK", "Unknown", "NotKnown");

    step(Tiers.silent(Tiers.live(tier, 0)));
    expect("Ready", "False", "Unavailable");
    expect("Reconciling", "True", "Unavailable");
    expect("Degraded", "False", "Whole");

    step(Tiers.silent(Tiers.live(tier, 1)));
    expect("Ready", "False", "Silent");
    expect("Reconciling", "True", "Silent");

    step(Tiers.seen(Tiers.live(tier, 1), 10));
    expect("Ready", "True", "Ready");
    expect("Reconciling", "False", "Settled");
    expect("MemoryOK", "True", "Enough");
    assertThat(tier.getStatus().binding())
        .isEqualTo(
            new CacheTierBinding(
                "kn-cache-binding",
                "kn-cache",
                "kn-cache-auth",
                policyHash(Tiers.NOTHING),
                CacheSecrets.loginHash(tier, Tiers.NOTHING.children()).orElseThrow()));
    assertThat(tier.getStatus().endpoint()).isEqualTo("kn-valkey.demo.svc:6379");
    assertThat(tier.getStatus().memory()).isEqualTo("256Mi");
    assertThat(tier.getStatus().observedGeneration()).isEqualTo(1);
  }

  @Test
  void aStatusAtRestDoesNotChange() {
    ready();
    CacheTierStatus before = tier.getStatus();
    step(Tiers.seen(Tiers.live(tier, 1), 10));
    assertThat(tier.getStatus()).isEqualTo(before);
  }

  @Test
  void aLostPodIsDegradedUntilItAnswersAgain() {
    ready();
    step(Tiers.silent(Tiers.live(tier, 0)));
    expect("Ready", "False", "Unavailable");
    expect("Degraded", "True", "Unavailable");
    expect("Reconciling", "False", "Settled");
    assertThat(condition("Degraded").message())
        .isEqualTo(
            "Pod kn-valkey-0 is not ready: it is expected within a minute; if not, read why:"
                + " kubectl -n demo logs -l app.kubernetes.io/name=valkey,"
                + "knowledgenetwork.dev/cachetier=kn --prefix --tail=100.");

    step(Tiers.silent(Tiers.live(tier, 1)));
    expect("Degraded", "True", "Silent");

    step(Tiers.seen(Tiers.live(tier, 1), 0));
    expect("Ready", "True", "Ready");
    expect("Degraded", "False", "Whole");
  }

  @Test
  void aPlannedReplacementIsNeverDegraded() {
    ready();
    StatefulSet replacing = Tiers.live(tier, 0);
    replacing.getStatus().setUpdateRevision("b");
    tier.setSpec(Tiers.tier(memory("512Mi", EvictionPolicy.ALLKEYS_LRU)).getSpec());
    tier.getMetadata().setGeneration(2L);
    step(Tiers.silent(replacing));
    expect("Ready", "False", "Rolling");
    expect("Reconciling", "True", "Roll");
    expect("Degraded", "False", "Whole");

    step(Tiers.silent(Tiers.live(tier, 1)));
    expect("Reconciling", "True", "Roll");
    expect("Degraded", "False", "Whole");

    step(Tiers.seen(Tiers.live(tier, 1), 0));
    expect("Ready", "True", "Rolling");
    expect("Degraded", "False", "Whole");
  }

  /** Scaled to nothing by hand: clients lost it, however soon it is put back. */
  @Test
  void whatIsPutBackWasLost() {
    ready();
    StatefulSet scaled = Tiers.live(tier, 0);
    scaled.getMetadata().setGeneration(3L);
    step(Tiers.silent(scaled));
    expect("Ready", "False", "Unavailable");
    expect("Degraded", "True", "Unavailable");
  }

  @Test
  void aPlanThatIsNotAppliedYetIsReconciling() {
    ready();
    StatefulSet old = Tiers.live(tier, 1);
    tier.setSpec(Tiers.tier(memory("512Mi", EvictionPolicy.ALLKEYS_LRU)).getSpec());
    tier.getMetadata().setGeneration(2L);
    step(Tiers.seen(old, 0));
    expect("Ready", "True", "Ready");
    expect("Reconciling", "True", "Roll");
    assertThat(condition("Ready").observedGeneration()).isEqualTo(2);
  }

  @Test
  void anInvalidChangeStallsAndLeavesTheRestAlone() {
    ready();
    Tiers.Seen observed = Tiers.seen(Tiers.live(tier, 1), 10);
    tier.setSpec(Tiers.tier(memory("1Mi", EvictionPolicy.ALLKEYS_LRU)).getSpec());
    tier.getMetadata().setGeneration(2L);
    step(observed);
    expect("Stalled", "True", "InvalidSpec");
    assertThat(condition("Stalled").message()).isEqualTo("spec.l2.memory: use at least 16Mi.");
    expect("Ready", "True", "InvalidSpec");
    expect("Reconciling", "False", "Settled");
    assertThat(tier.getStatus().memory()).isEqualTo("256Mi");
  }

  @Test
  void fullMemoryIsWrongOnlyWhereNothingIsEvicted() {
    ready();
    step(Tiers.seen(Tiers.live(tier, 1), 90));
    expect("MemoryOK", "True", "Evicting");
    tier.setSpec(Tiers.tier(memory("256Mi", EvictionPolicy.NOEVICTION)).getSpec());
    step(Tiers.seen(Tiers.live(tier, 1), 90));
    expect("MemoryOK", "False", "Full");
  }

  @Test
  void pausedSaysSo() {
    ready();
    tier.getMetadata().setAnnotations(Map.of("knowledgenetwork.dev/paused", "true"));
    step(Tiers.seen(Tiers.live(tier, 1), 10));
    expect("Ready", "True", "Paused");
    expect("Reconciling", "False", "Paused");
  }

  @Test
  void anExternalCacheIsReadyWhenItsSecretIsCompleteAndItAnswers() {
    tier.setSpec(Tiers.external(true, "cache.example.org:6380").getSpec());
    step(Tiers.keys("username"));
    expect("Ready", "False", "SecretIncomplete");
    expect("Reconciling", "True", "SecretIncomplete");
    step(Tiers.keys("username", "password", "ca.crt"));
    expect("Ready", "False", "Silent");
    expect("Reconciling", "True", "Silent");
    expect("Degraded", "False", "Whole");
    expect("Stalled", "False", "Valid");
    step(Tiers.answering("username", "password", "ca.crt"));
    expect("Ready", "True", "External");
    expect("Reconciling", "False", "Settled");
    CacheTierBinding binding = tier.getStatus().binding();
    assertThat(binding)
        .isEqualTo(
            new CacheTierBinding(
                null,
                "kn-cache",
                "my-redis",
                policyHash(Tiers.keys("username", "password", "ca.crt")),
                null));
    assertThat(tier.getStatus().endpoint()).isEqualTo("cache.example.org:6380");
    assertThat(tier.getStatus().memory()).isNull();
    step(Tiers.keys("username", "password"));
    expect("Degraded", "True", "SecretIncomplete");
    assertThat(tier.getStatus().binding()).isEqualTo(binding);
  }

  @Test
  void anExternalCacheThatFellSilentIsDegradedUntilItAnswersAgain() {
    tier.setSpec(Tiers.external(false, "cache.example.org:6379").getSpec());
    step(Tiers.answering("username", "password"));
    expect("Ready", "True", "External");
    CacheTierBinding binding = tier.getStatus().binding();

    step(Tiers.keys("username", "password"));
    expect("Ready", "False", "Silent");
    expect("Degraded", "True", "Silent");
    expect("Reconciling", "False", "Settled");
    expect("MemoryOK", "Unknown", "NotKnown");
    assertThat(tier.getStatus().binding()).as("clients go on").isEqualTo(binding);
    assertThat(condition("Ready").message())
        .isEqualTo(
            "The cache at cache.example.org:6379 does not answer the operator: check the address,"
                + " spec.l2.external.tls, what Secret my-redis says (username, password), and that"
                + " firewalls and the operator's own network policy (value"
                + " networkPolicy.externalCachePorts of its chart) let it out to port 6379.");

    step(Tiers.answering("username", "password"));
    expect("Ready", "True", "External");
    expect("Degraded", "False", "Whole");
  }

  @Test
  void anExternalCacheThatDoesNotTellItsMemoryIsReadyAllTheSame() {
    tier.setSpec(Tiers.external(false, "cache.example.org:6379").getSpec());
    step(Tiers.answering("username", "password"));
    expect("Ready", "True", "External");
    expect("MemoryOK", "Unknown", "NotKnown");
    assertThat(condition("MemoryOK").message()).contains("refuses INFO");
    step(Tiers.answering(Tiers.probe(90), "username", "password"));
    expect("MemoryOK", "True", "Evicting");
    assertThat(condition("MemoryOK").message())
        .as("fields that are refused with an external cache")
        .doesNotContain("spec.l2.memory", "evictionPolicy");
  }

  @Test
  void aNewAddressThatDoesNotAnswerIsReconcilingAndNotDegraded() {
    ready();
    tier.setSpec(Tiers.external(false, "cache.example.org:6379").getSpec());
    tier.getMetadata().setGeneration(2L);
    step(Tiers.keys("username", "password"));
    step(Tiers.keys("username", "password"));
    expect("Ready", "False", "Silent");
    expect("Reconciling", "True", "Silent");
    expect("Degraded", "False", "Whole");
  }

  @Test
  void theOperatorsOwnSecretIsNeverGivenToClientsOfACacheOutside() {
    ready();
    CacheTierBinding binding = tier.getStatus().binding();
    tier.setSpec(Tiers.external(true, "cache.example.org:6380").getSpec());
    tier.getMetadata().setGeneration(2L);
    step(Tiers.ours());
    expect("Ready", "False", "SecretIncomplete");
    assertThat(condition("Ready").message()).contains("my-redis is the operator's own");
    assertThat(tier.getStatus().binding()).isEqualTo(binding);
  }

  @Test
  void aNewPolicyIsToldOnceItIsApplied() {
    ready();
    String before = policyHash(Tiers.NOTHING);
    Tiers.Seen observed = Tiers.seen(Tiers.live(tier, 1), 10);
    CacheTierSpec spec = tier.getSpec();
    tier.setSpec(
        new CacheTierSpec(
            spec.l1(),
            spec.l2(),
            "9s",
            spec.version(),
            spec.dataClasses(),
            spec.placement(),
            spec.maintenance(),
            List.of(),
            null,
            Map.of(),
            Map.of(),
            Map.of()));
    assertThat(policyHash(Tiers.NOTHING)).isNotEqualTo(before);

    tier.getMetadata().setAnnotations(Map.of("knowledgenetwork.dev/paused", "true"));
    step(observed);
    assertThat(tier.getStatus().binding().policyHash()).isEqualTo(before);

    tier.getMetadata().setAnnotations(Map.of());
    step(
        observed,
        new Problem.WaitingFor(StandardReason.NAME_TAKEN, "ConfigMap kn-cache is not ours."));
    assertThat(tier.getStatus().binding().policyHash()).isEqualTo(before);
    assertThat(condition("Reconciling").message()).contains("ConfigMap kn-cache is not ours.");

    step(observed);
    assertThat(tier.getStatus().binding().policyHash()).isEqualTo(policyHash(Tiers.NOTHING));
  }

  @Test
  void aConditionKeepsItsTimeUntilItsStatusChanges() {
    ready();
    String since = condition("Ready").lastTransitionTime();
    step(Tiers.seen(Tiers.live(tier, 1), 50));
    assertThat(condition("Ready").lastTransitionTime()).isEqualTo(since);
    step(Tiers.silent(Tiers.live(tier, 0)));
    assertThat(condition("Ready").lastTransitionTime()).isGreaterThan(since);
  }

  private static L2 memory(String amount, EvictionPolicy policy) {
    L2 d = L2.defaults();
    return new L2(d.engine(), d.mode(), new Quantity(amount), policy, null, d.resources(), null);
  }

  private String policyHash(Tiers.Seen observed) {
    return CacheTierPlanner.policyHash(Tiers.plan(tier, observed)).orElseThrow();
  }

  private void ready() {
    step(Tiers.NOTHING);
    step(Tiers.seen(Tiers.live(tier, 1), 10));
    expect("Ready", "True", "Ready");
  }

  private void step(Tiers.Seen seen, Problem... met) {
    now = now.plus(Duration.ofSeconds(10));
    Observed observed = seen.of(tier);
    Passes.run(
        Tiers.KIND,
        tier,
        new Observed(
            observed.children(), observed.related(), observed.facts(), observed.served(), now),
        met);
  }

  private void expect(String type, String status, String reason) {
    Condition condition = condition(type);
    assertThat(condition.status().name()).as(type).isEqualToIgnoringCase(status);
    assertThat(condition.reason()).as(type).isEqualTo(reason);
  }

  private Condition condition(String type) {
    return tier.getStatus().conditions().stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
