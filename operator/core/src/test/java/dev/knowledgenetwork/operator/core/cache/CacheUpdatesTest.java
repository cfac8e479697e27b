package dev.knowledgenetwork.operator.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.cachetier.CacheTierSpec;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView;
import dev.knowledgenetwork.operator.core.cache.engine.Valkey;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.Facts;
import dev.knowledgenetwork.operator.core.kind.Observed;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Images;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import dev.knowledgenetwork.operator.core.workload.Variants;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a Valkey that runs gets from another version of the operator. */
class CacheUpdatesTest {

  private static final CacheTierKind NEWER =
      new CacheTierKind(new Images("postgres:1", "pooler:1", "valkey:2", "app:1"));

  private final CacheTier tier = Tiers.tier();
  private StatefulSet live = Tiers.live(tier, 1);
  private Instant now = Tiers.NOW;

  @Test
  void anotherDefaultImageIsToldAndNotRolled() {
    Plan plan = pass();
    assertThat(set(plan).getSpec()).isEqualTo(live.getSpec());
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(available().message())
        .contains("would run the cache (image valkey:2 instead of valkey:1) in another way")
        .contains("annotate --overwrite cachetier kn knowledgenetwork.dev/update=" + id());
    assertThat(plan.nextCheck()).isEmpty();
    assertThat(Conditions.holds(tier.getStatus().conditions(), ConditionType.READY)).isTrue();
    assertThat(tier.getStatus().binding()).isNotNull();
  }

  @Test
  void itIsAppliedWhenSomebodySaysSo() {
    pass();
    tier.getMetadata().setAnnotations(Map.of(Annotations.UPDATE, id()));
    assertThat(tried(pass())).isEqualTo("valkey:2");
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(available().reason()).isEqualTo("UpToDate");
  }

  @Test
  void itIsAppliedInTheMaintenanceWindowAndNotBefore() {
    tier.setSpec(Tiers.spec("maintenance: {window: {schedule: '0 3 * * SUN', duration: 1h}}"));
    Plan held = pass();
    assertThat(image(held)).isEqualTo("valkey:1");
    assertThat(available().message()).contains("begins at 2026-01-04T03:00:00Z, unless you say so");
    now = now.plus(held.nextCheck().orElseThrow());
    assertThat(now).isBetween("2026-01-04T03:00:00Z", "2026-01-04T03:00:00.001Z");
    assertThat(tried(pass())).isEqualTo("valkey:2");
    now = now.plus(Duration.ofHours(1));
    Plan late = pass();
    assertThat(image(late)).as("not applied in time").isEqualTo("valkey:1");
    assertThat(late.resources()).noneMatch(Job.class::isInstance);
  }

  @Test
  void whoeverChangesTheSpecGetsTheUpdateWithIt() {
    pass();
    tier.setSpec(Tiers.spec("l2: {memory: 512Mi}"));
    assertThat(tried(pass())).isEqualTo("valkey:2");
    assertThat(available().status()).isEqualTo(ConditionStatus.FALSE);
  }

  @Test
  void theHeldConfigurationOutlivesItsConfigMap() {
    Recipe last = kept(live);
    Recipe older = new Recipe(last.template(), Map.of("valkey.conf", "older"), last.inputs());
    live =
        new StatefulSetBuilder(live)
            .editMetadata()
            .addToAnnotations(Applied.annotations(older))
            .endMetadata()
            .build();
    Plan plan = pass();
    assertThat(configuration(plan)).isEqualTo(Map.of("valkey.conf", "older"));
    assertThat(kept(set(plan))).isEqualTo(older);
  }

  @Test
  void aStatefulSetOfWhichNothingWasKeptIsNotRolledEither() {
    live.getMetadata().setAnnotations(Map.of());
    Plan plan = pass();
    assertThat(image(plan)).isEqualTo("valkey:1");
    assertThat(kept(set(plan)).template()).isEqualTo(live.getSpec().getTemplate());
    assertThat(available().status()).isEqualTo(ConditionStatus.TRUE);
  }

  @Test
  void everyFieldThatChangesThePodChangesItsInputs() {
    Images images = new Images("postgres:1", "pooler:1", "valkey:1", "app:1");
    assertThat(
            Variants.changing(
                CacheTierSpec.defaults(), spec -> new Valkey(Tiers.tier(spec)).wanted(images)))
        .containsExactly(
            "imagePullSecrets",
            "l2",
            "placement",
            "podAnnotations",
            "podLabels",
            "priorityClassName");
  }

  private Plan pass() {
    Observed observed =
        Observed.of(new Children(List.of(live)), now)
            .with(
                Facts.none()
                    .with(
                        CacheView.FACT,
                        CacheView.target(tier),
                        new CacheView(
                            Optional.of(Tiers.probe(10)), Optional.empty(), Optional.empty()),
                        now));
    return Passes.run(NEWER, tier, observed);
  }

  private static Recipe kept(StatefulSet set) {
    return Applied.recipe(
        set,
        Map.of(),
        () -> {
          throw new AssertionError("nothing was kept");
        });
  }

  private static StatefulSet set(Plan plan) {
    return plan.resources().stream()
        .filter(StatefulSet.class::isInstance)
        .map(StatefulSet.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> configuration(Plan plan) {
    return plan.resources().stream()
        .filter(ConfigMap.class::isInstance)
        .map(ConfigMap.class::cast)
        .filter(map -> map.getMetadata().getName().equals("kn-valkey"))
        .map(ConfigMap::getData)
        .findFirst()
        .orElseThrow();
  }

  private static String image(Plan plan) {
    return set(plan).getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
  }

  /** The image that a throw-away instance has. */
  private static String tried(Plan plan) {
    return plan.resources().stream()
        .filter(Job.class::isInstance)
        .map(Job.class::cast)
        .map(job -> job.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
        .findFirst()
        .orElseThrow();
  }

  private String id() {
    return available().message().replaceFirst(".*=", "");
  }

  private Condition available() {
    return Conditions.find(tier.getStatus().conditions(), ConditionType.UPDATE_AVAILABLE)
        .orElseThrow();
  }
}
