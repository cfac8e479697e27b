package dev.knowledgenetwork.operator.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.cache.engine.CacheView;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.Consent;
import dev.knowledgenetwork.operator.core.cache.engine.CacheView.ExternalSecret;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.connect.Addresses;
import dev.knowledgenetwork.operator.runtime.connect.CacheClient;
import dev.knowledgenetwork.operator.runtime.connect.ForeignSecrets;
import dev.knowledgenetwork.operator.runtime.kit.Minted;
import dev.knowledgenetwork.operator.runtime.kit.ServiceAt;
import dev.knowledgenetwork.operator.runtime.kit.TlsRedis;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.lettuce.core.resource.ClientResources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheObserverIT {

  private static final Owner OWNER = new Owner(OwnerKind.CACHE_TIER, "demo", "kn");
  private static final Target CACHE = OWNER.target().part("valkey");
  private static final CacheObserver.Place OURS = new CacheObserver.Place(Optional.empty(), "");

  private final Minted secrets = new Minted();
  private final ClientResources resources = CacheClient.threads();
  private TlsRedis redis;

  @BeforeEach
  void start() {
    secrets
        .with("kn-cache-ca", new Entry.Authority("test", true))
        .with(
            "server",
            new Entry.Certificate("kn-cache-ca", "kn-valkey", List.of("kn-valkey.demo.svc")))
        .with(
            "kn-cache-auth",
            new Entry.Literal("username", "kn"),
            new Entry.Password("password"),
            new Entry.AuthorityCertificate("ca.crt", "kn-cache-ca"));
    redis = redis("+info");
  }

  @AfterEach
  void stop() {
    redis.close();
    resources.shutdown(0, 1, TimeUnit.SECONDS);
  }

  /** A cache whose user has one more rule. */
  private TlsRedis redis(String rule) {
    return new TlsRedis(
        secrets.value("server", "tls.crt"),
        secrets.value("server", "tls.key"),
        "kn",
        secrets.value("kn-cache-auth", "password"),
        rule);
  }

  @Test
  void ourOwnCacheAnswers() {
    assertThat(own())
        .isEqualTo(
            new CacheView(
                Optional.of(new CacheView.Probe(OptionalInt.of(0))),
                Optional.empty(),
                Optional.empty()));
    assertThat(own().probe()).isPresent();
  }

  @Test
  void aPasswordThatTheCacheRefusesIsToldInItsWords() {
    secrets.with(
        "kn-cache-auth",
        new Entry.Literal("username", "kn"),
        new Entry.Literal("password", "wrong"),
        new Entry.AuthorityCertificate("ca.crt", "kn-cache-ca"));
    assertThat(own().probe()).isEmpty();
    assertThat(own().refusal())
        .contains("WRONGPASS invalid username-password pair or user is disabled");
  }

  @Test
  void aUserThatMayNotEvenPingIsToldInTheWordsOfTheCache() {
    redis.close();
    redis = redis("-ping");
    assertThat(own().refusal()).hasValueSatisfying(words -> assertThat(words).startsWith("NOPERM"));
  }

  @Test
  void whiteSpaceAroundAPasswordIsNoPartOfIt() {
    secrets.with(
        "kn-cache-auth",
        new Entry.Literal("username", "kn"),
        new Entry.Literal("password", secrets.value("kn-cache-auth", "password") + "\n"),
        new Entry.AuthorityCertificate("ca.crt", "kn-cache-ca"));
    assertThat(own().probe()).isPresent();
  }

  @Test
  void aCertificateOfAnotherAuthorityIsSilence() {
    secrets
        .with("other-ca", new Entry.Authority("other", true))
        .with(
            "kn-cache-auth",
            new Entry.Literal("username", "kn"),
            new Entry.Literal("password", secrets.value("kn-cache-auth", "password")),
            new Entry.AuthorityCertificate("ca.crt", "other-ca"));
    assertThat(own().probe()).isEmpty();
    assertThat(own().refusal()).isEmpty();
  }

  @Test
  void aForgottenCacheIsAskedAnew() {
    CacheObserver prober = prober(new ForeignSecrets.Found(Consent.GIVEN, Map.of()));
    assertThat(prober.ask(CACHE, OURS).probe()).isPresent();
    prober.forget(OWNER);
    assertThat(prober.ask(CACHE, OURS).probe()).isPresent();
  }

  @Test
  void ofAUsersSecretTheKeysAreToldEvenWhenOneIsMissing() {
    CacheView seen =
        external(new ForeignSecrets.Found(Consent.GIVEN, Map.of("username", "kn", "extra", "x")));
    assertThat(seen)
        .isEqualTo(
            new CacheView(
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                    new ExternalSecret("theirs", Set.of("username", "extra"), Consent.GIVEN))));
  }

  @Test
  void aUsersCacheIsAskedWithTheirSecret() {
    CacheView seen = external(new ForeignSecrets.Found(Consent.GIVEN, login()));
    assertThat(seen)
        .isEqualTo(
            new CacheView(
                Optional.of(new CacheView.Probe(OptionalInt.of(0))),
                Optional.empty(),
                Optional.of(
                    new ExternalSecret(
                        "theirs", Set.of("username", "password", "ca.crt"), Consent.GIVEN))));
  }

  @Test
  void aCacheThatRefusesInfoAnswersAllTheSame() {
    redis.close();
    redis = redis("-info");
    assertThat(external(new ForeignSecrets.Found(Consent.GIVEN, login())).probe())
        .contains(new CacheView.Probe(OptionalInt.empty()));
  }

  @Test
  void nothingIsEverAskedWithASecretOfTheOperator() {
    Secret ours =
        new SecretBuilder()
            .withNewMetadata()
            .withLabels(Map.of(Labels.MANAGED_BY, Labels.OPERATOR))
            .endMetadata()
            .withData(
                login().entrySet().stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, entry -> base64(entry.getValue()))))
            .build();
    ForeignSecrets.Found found = ForeignSecrets.Found.of(ours);
    assertThat(found.content()).isEmpty();
    assertThat(external(found))
        .isEqualTo(
            new CacheView(
                Optional.empty(),
                Optional.empty(),
                Optional.of(new ExternalSecret("theirs", Set.of(), Consent.OURS))));

    ours.getMetadata()
        .setLabels(Map.of(Labels.MANAGED_BY, Labels.OPERATOR, Labels.CACHE_LOGIN, "true"));
    assertThat(ForeignSecrets.Found.of(ours).content()).as("a label changes nothing").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"app.kubernetes.io/managed-by, somebody", "knowledgenetwork.dev/cache-login, yes"})
  void withoutTheLabelNobodysSecretIsSentAnywhere(String label, String value) {
    Secret theirs =
        new SecretBuilder()
            .withNewMetadata()
            .addToLabels(label, value)
            .endMetadata()
            .addToData("username", base64("kn"))
            .addToData("password", base64(secrets.value("kn-cache-auth", "password")))
            .addToData("ca.crt", base64(secrets.value("kn-cache-auth", "ca.crt")))
            .build();
    ForeignSecrets.Found found = ForeignSecrets.Found.of(theirs);
    assertThat(found.content()).isEmpty();
    assertThat(external(found))
        .isEqualTo(
            new CacheView(
                Optional.empty(),
                Optional.empty(),
                Optional.of(new ExternalSecret("theirs", Set.of(), Consent.MISSING))));

    theirs.getMetadata().setLabels(Map.of(Labels.CACHE_LOGIN, "true"));
    assertThat(ForeignSecrets.Found.of(theirs))
        .isEqualTo(new ForeignSecrets.Found(Consent.GIVEN, login()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Map<String, String> login() {
    return Map.of(
        "username",
        "kn",
        "password",
        secrets.value("kn-cache-auth", "password"),
        "ca.crt",
        secrets.value("kn-cache-auth", "ca.crt"));
  }

  private CacheView external(ForeignSecrets.Found theirs) {
    CacheObserver.External cache =
        new CacheObserver.External(
            new Addresses.HostPort("kn-valkey.demo.svc", redis.port()), true, "theirs");
    return prober(theirs).ask(CACHE, new CacheObserver.Place(Optional.of(cache), ""));
  }

  private CacheView own() {
    return prober(new ForeignSecrets.Found(Consent.GIVEN, Map.of())).ask(CACHE, OURS);
  }

  private CacheObserver prober(ForeignSecrets.Found theirs) {
    return new CacheObserver(
        secrets,
        (namespace, name) -> Optional.of(theirs),
        new ServiceAt(redis.port()),
        new CacheClient(resources));
  }
}
