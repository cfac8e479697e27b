package dev.knowledgenetwork.operator.core.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.ConditionStatus;
import dev.knowledgenetwork.operator.core.cache.engine.CacheReason;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.Consent;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.ExternalSecret;
import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.kind.ConditionType;
import dev.knowledgenetwork.operator.core.kind.Conditions;
import dev.knowledgenetwork.operator.core.kind.FakeMint;
import dev.knowledgenetwork.operator.core.kind.Passes;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.Problem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The login of a cache: made for both sides together, and refused in words. */
class CacheSecretsTest {

  private static final String WRONG =
      "WRONGPASS invalid username-password pair or user is disabled";

  private final CacheTier tier = Tiers.tier();
  private final StatefulSet live = Tiers.live(tier, 1);
  private final FakeMint mint = new FakeMint("later");
  private List<HasMetadata> children = new ArrayList<>(Tiers.SECRETS);

  CacheSecretsTest() {
    children.add(live);
  }

  @Test
  void theSecretsComeBeforeThePodThatReadsThem() {
    Plan plan = Tiers.plan(tier, new Tiers.Seen(Children.none(), Tiers.NOTHING.view()));
    assertThat(plan.secrets()).hasSize(4);
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.WaitingFor(CacheReason.CREATING, "The login of the cache is being made."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kn-cache-auth", "kn-cache-ca"})
  void aLostSecretIsMadeAnewForServerAndClientsAndThePodIsReplaced(String lost) {
    pass();
    String told = tier.getStatus().binding().secretHash();
    String users = value("kn-cache-server", "users.acl");
    String authority = value("kn-cache-auth", "ca.crt");
    children.removeIf(child -> child.getMetadata().getName().equals(lost));
    pass();
    assertThat(value("kn-cache-server", "users.acl") + value("kn-cache-auth", "ca.crt"))
        .isNotEqualTo(users + authority);
    assertThat(value("kn-cache-binding", "password")).isEqualTo(value("kn-cache-auth", "password"));
    assertThat(value("kn-cache-binding", "ca.crt")).isEqualTo(value("kn-cache-ca", "tls.crt"));

    Plan trying = pass();
    assertThat(trying.resources()).anyMatch(Job.class::isInstance);
    assertThat(tier.getStatus().operations()).singleElement().extracting("type").isEqualTo("Roll");
    assertThat(tier.getStatus().binding().secretHash())
        .as("clients keep the login that the pod takes")
        .isEqualTo(told);
    StatefulSet applied = Tiers.live(tier, new Children(withoutWorkload()), 1);
    assertThat(hash(applied)).isNotEqualTo(hash(live));
    children = withoutWorkload();
    children.add(applied);
    tier.setStatus(null);
    pass();
    assertThat(tier.getStatus().binding().secretHash()).isNotNull().isNotEqualTo(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kn-cache-server", "kn-cache-binding"})
  void anotherCertificateOfTheSameAuthorityReplacesNoPod(String lost) {
    pass();
    children.removeIf(child -> child.getMetadata().getName().equals(lost));
    pass();
    pass();
    assertThat(value(lost, "ca.crt")).isEqualTo(value("kn-cache-ca", "tls.crt"));
    assertThat(tier.getStatus().operations()).isEmpty();
  }

  @Test
  void aCacheThatRefusesItsOwnLoginSaysSoAndWhatToDo() {
    pass();
    Passes.run(Tiers.KIND, tier, Tiers.refusing(live, WRONG).of(tier));
    assertThat(condition(ConditionType.READY).reason()).isEqualTo("LoginRefused");
    assertThat(condition(ConditionType.DEGRADED).status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(condition(ConditionType.READY).message())
        .isEqualTo(
            "The cache refuses the login of Secret kn-cache-auth: WRONGPASS invalid"
                + " username-password pair or user is disabled. Its pod reads its users when it"
                + " starts, so let it start anew: kubectl -n demo delete pod kn-valkey-0");
  }

  @Test
  void aCacheThatAScriptHoldsIsSilentInItsOwnWords() {
    pass();
    String words = "BUSY Valkey is busy running a script";
    Passes.run(Tiers.KIND, tier, Tiers.refusing(live, words).of(tier));
    assertThat(condition(ConditionType.READY).reason()).isEqualTo("Silent");
    assertThat(condition(ConditionType.DEGRADED).message())
        .isEqualTo(
            "Pod kn-valkey-0 is held by a script of one of its clients: BUSY Valkey is busy running"
                + " a script. If it does not end, start the cache anew, empty: kubectl -n demo"
                + " delete pod kn-valkey-0.");
    tier.setSpec(Tiers.external(false, "cache.example.org:6379").getSpec());
    Passes.run(Tiers.KIND, tier, Tiers.refusing(words, "username", "password").of(tier));
    assertThat(condition(ConditionType.READY).message())
        .isEqualTo(
            "The cache at cache.example.org:6379 is held by a script of one of its clients: BUSY"
                + " Valkey is busy running a script.");
  }

  @Test
  void aCacheOutsideThatRefusesTheLoginSaysSo() {
    tier.setSpec(Tiers.external(false, "cache.example.org:6379").getSpec());
    Passes.run(Tiers.KIND, tier, Tiers.refusing(WRONG, "username", "password").of(tier));
    assertThat(condition(ConditionType.READY).message())
        .isEqualTo(
            "The cache at cache.example.org:6379 refuses the login of Secret my-redis: WRONGPASS"
                + " invalid username-password pair or user is disabled. Correct its username and"
                + " password.");
  }

  @Test
  void aSecretWithoutTheLabelIsSentNowhere() {
    CacheTier outside = Tiers.external(true, "cache.example.org:6380");
    Plan plan =
        Tiers.plan(
            outside, Tiers.secret(new ExternalSecret("my-redis", Set.of(), Consent.MISSING)));
    assertThat(plan.resources()).isEmpty();
    assertThat(plan.problems())
        .containsExactly(
            new Problem.WaitingFor(
                CacheReason.SECRET_INCOMPLETE,
                "What Secret my-redis holds is sent to cache.example.org:6380 only where its label"
                    + " allows that: kubectl -n demo label secret my-redis"
                    + " knowledgenetwork.dev/cache-login=true"));
  }

  /** A pass, and what the mint makes of its plan. */
  private Plan pass() {
    Plan plan =
        Passes.run(
            Tiers.KIND,
            tier,
            new Tiers.Seen(new Children(children), Tiers.seen(live, 10).view()).of(tier));
    for (PlannedSecret planned : plan.secrets()) {
      Secret renewed = mint.renewed(planned, new Children(children));
      children.removeIf(
          child ->
              child instanceof Secret
                  && child.getMetadata().getName().equals(renewed.getMetadata().getName()));
      children.add(new SecretBuilder(renewed).build());
    }
    return plan;
  }

  private List<HasMetadata> withoutWorkload() {
    List<HasMetadata> secrets = new ArrayList<>(children);
    secrets.removeIf(StatefulSet.class::isInstance);
    return secrets;
  }

  private String value(String secret, String key) {
    return new Children(children).value(secret, key).orElseThrow();
  }

  private static String hash(StatefulSet set) {
    Map<String, String> annotations = set.getSpec().getTemplate().getMetadata().getAnnotations();
    return annotations.get(Annotations.SECRETS_HASH);
  }

  private Condition condition(ConditionType type) {
    return Conditions.find(tier.getStatus().conditions(), type).orElseThrow();
  }
}
