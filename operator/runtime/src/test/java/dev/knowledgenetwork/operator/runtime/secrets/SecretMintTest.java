package dev.knowledgenetwork.operator.runtime.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.runtime.secrets.SecretMint.Outcome;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretMintTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final SecretMint mint = new SecretMint(new SecureRandom(), InstantSource.fixed(NOW));
  private final Map<String, Map<String, String>> existing = new HashMap<>();

  @Test
  void passwordsDifferAndHave32LettersAndDigits() {
    Map<String, String> made = mint(new Entry.Password("a"), new Entry.Password("b"));
    assertThat(made.get("a")).matches("[A-Za-z0-9]{32}").isNotEqualTo(made.get("b"));
  }

  @Test
  void identityIsAUuidAndStandsOnTheLabelToo() {
    Outcome outcome = mint.mint(planned(new Entry.Identity("cluster-id")), this::value);
    assertThat(outcome).isInstanceOf(Outcome.Minted.class);
    var secret = ((Outcome.Minted) outcome).secret();
    String id = decode(secret.getData().get("cluster-id"));
    assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(secret.getMetadata().getLabels())
        .containsEntry("knowledgenetwork.dev/cluster-id", id);
  }

  @Test
  void aCertificateIsSignedByItsAuthorityAndNamesItsHosts() throws Exception {
    existing.put("ca", mint(new Entry.Authority("kn database authority", true)));
    Map<String, String> made =
        mint(new Entry.Certificate("ca", "kn-s0", List.of("kn-s0.demo.svc", "*.kn-s0-pods")));
    X509Certificate authority = Pem.certificate(existing.get("ca").get("tls.crt"));
    X509Certificate leaf = Pem.certificate(made.get("tls.crt"));

    leaf.verify(authority.getPublicKey());
    leaf.checkValidity(Date.from(NOW));
    leaf.checkValidity(Date.from(NOW.plusSeconds(9L * 365 * 86400)));
    assertThat(made.get("ca.crt")).isEqualTo(existing.get("ca").get("tls.crt"));
    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> (String) name.get(1))
        .containsExactly("kn-s0.demo.svc", "*.kn-s0-pods");
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(signs(made.get("tls.key"), leaf)).isTrue();
  }

  private static final List<Entry> WHOLE =
      List.of(
          new Entry.Literal("type", "x"),
          new Entry.Password("password"),
          new Entry.Identity("id"),
          new Entry.Certificate("ca", "kn-s0", List.of("kn-s0", "*.kn-s0")),
          new Entry.AuthorityCertificate("authority", "ca"),
          new Entry.SigningKey("k"),
          new Entry.Template("text", "${type} ${password}"));

  static Stream<String> keys() {
    return Stream.of(
        "type",
        "password",
        "id",
        "tls.crt",
        "tls.key",
        "ca.crt",
        "authority",
        "private.pem",
        "public.jwks",
        "text");
  }

  @Test
  void whatFitsIsKept() {
    existing.put("ca", mint(new Entry.Authority("ca", true)));
    assertThat(renewed(WHOLE, mint(WHOLE))).isEmpty();
    assertThat(
            renewed(List.of(new Entry.Authority("ca", false)), new HashMap<>(existing.get("ca"))))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void whatIsLostIsMadeAnewWithWhatFollowsFromIt(String key) {
    existing.put("ca", mint(new Entry.Authority("ca", true)));
    Map<String, String> values = mint(WHOLE);
    values.remove(key);
    assertThat(renewed(WHOLE, values)).contains(key);
    assertThat(renewed(WHOLE, values)).as("now it fits").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void whatSomebodyChangedIsPutRightOrWhatFollowsFromItIs(String key) {
    existing.put("ca", mint(new Entry.Authority("ca", true)));
    Map<String, String> values = mint(WHOLE);
    values.put(key, "another");
    assertThat(renewed(WHOLE, values))
        .isEqualTo(
            switch (key) {
              case "password" -> Set.of("text");
              case "id" -> Set.of();
              case "tls.crt", "tls.key" -> Set.of("tls.crt", "tls.key");
              case "private.pem" -> Set.of("private.pem", "public.jwks");
              default -> Set.of(key);
            });
    assertThat(renewed(WHOLE, values)).as("now it fits").isEmpty();
  }

  @Test
  void aCertificateFollowsItsAuthorityAndTheNamesThatItIsToHave() {
    existing.put("ca", mint(new Entry.Authority("ca", true)));
    List<Entry> one = List.of(new Entry.Certificate("ca", "x", List.of("a", "b")));
    Map<String, String> values = mint(one);
    assertThat(renewed(List.of(new Entry.Certificate("ca", "x", List.of("b"))), values)).isEmpty();
    assertThat(renewed(List.of(new Entry.Certificate("ca", "x", List.of("b", "c"))), values))
        .containsExactlyInAnyOrder("tls.crt", "tls.key");
    existing.put("ca", mint(new Entry.Authority("ca", true)));
    assertThat(renewed(one, values)).containsExactlyInAnyOrder("tls.crt", "tls.key", "ca.crt");
  }

  @Test
  void aCertificateThatIsNoLongerInForceIsMadeAnew() {
    existing.put("ca", mint(new Entry.Authority("ca", true)));
    Entry entry = new Entry.Certificate("ca", "x", List.of("a"));
    Map<String, String> values = mint(entry);
    SecretMint later =
        new SecretMint(new SecureRandom(), InstantSource.fixed(NOW.plus(Duration.ofDays(3651))));
    assertThat(later.renew(planned(entry), encoded(values), this::value))
        .isInstanceOfSatisfying(
            Outcome.Renewed.class,
            renewed -> assertThat(renewed.data()).containsOnlyKeys("tls.crt", "tls.key"));
  }

  @Test
  void anAuthorityThatOthersRestOnIsNeverReplaced() {
    Map<String, String> values = mint(new Entry.Authority("ca", false));
    values.put("tls.key", mint(new Entry.Authority("other", false)).get("tls.key"));
    assertThat(mint.renew(planned(new Entry.Authority("ca", false)), encoded(values), this::value))
        .isInstanceOf(Outcome.Spoilt.class);
    assertThat(renewed(List.of(new Entry.Authority("ca", true)), values))
        .containsExactlyInAnyOrder("tls.crt", "tls.key");
  }

  @Test
  void aPrivateKeyThatSomebodySetIsPublished() {
    List<Entry> entries = List.of(new Entry.SigningKey("k"));
    Map<String, String> values = mint(entries);
    Map<String, String> other = mint(entries);
    values.put("private.pem", other.get("private.pem"));
    assertThat(renewed(entries, values)).containsExactly("public.jwks");
    assertThat(values.get("public.jwks")).isEqualTo(other.get("public.jwks"));
  }

  @Test
  void aHeldTextStaysUntilItIsLost() {
    existing.put("login", Map.of("password", "new"));
    List<Entry> held = List.of(new Entry.Template("text", "${login/password}", true));
    Map<String, String> values = new HashMap<>(Map.of("text", "old"));
    assertThat(renewed(held, values)).isEmpty();
    values.clear();
    renewed(held, values);
    assertThat(values).containsEntry("text", "new");
  }

  @Test
  void passwordsThatSomebodyTypedAreWrittenAsTheirReadersNeedThem() throws IOException {
    existing.put("login", Map.of("password", " p\"a\\s/s w@rd%\n"));
    assertThat(
            mint(
                new Entry.Template("uri", "${uri:login/password}"),
                new Entry.Template("quoted", "\"${quoted:login/password}\""),
                new Entry.Template("plain", "${login/password}")))
        .containsEntry("uri", "p%22a%5Cs%2Fs%20w%40rd%25")
        .containsEntry("quoted", "\"p\"\"a\\s/s w@rd%\"")
        .containsEntry("plain", "p\"a\\s/s w@rd%");
    String yaml = mint(new Entry.Template("y", "a: \"${yaml:login/password}\"")).get("y");
    assertThat(new YAMLMapper().readTree(yaml).path("a").asText()).isEqualTo("p\"a\\s/s w@rd%");
  }

  /** The keys that were made anew; the values have them then. */
  private Set<String> renewed(List<Entry> entries, Map<String, String> values) {
    Outcome outcome =
        mint.renew(planned(entries.toArray(Entry[]::new)), encoded(values), this::value);
    assertThat(outcome).isInstanceOf(Outcome.Renewed.class);
    Map<String, String> renewed = new HashMap<>();
    ((Outcome.Renewed) outcome).data().forEach((key, value) -> renewed.put(key, decode(value)));
    values.putAll(renewed);
    return renewed.keySet();
  }

  private Map<String, String> mint(List<Entry> entries) {
    return mint(entries.toArray(Entry[]::new));
  }

  private static Map<String, String> encoded(Map<String, String> values) {
    Map<String, String> data = new HashMap<>();
    values.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return data;
  }

  @Test
  void withoutItsAuthorityACertificateWaits() {
    assertThat(mint.mint(planned(new Entry.Certificate("ca", "x", List.of("x"))), this::value))
        .isEqualTo(new Outcome.SourceMissing("ca", "tls.crt"));
  }

  @Test
  void templatesTakeOwnEntriesOtherSecretsAndHashes() {
    existing.put("login", Map.of("password", "s$cret\\1"));
    Map<String, String> made =
        mint(
            new Entry.Literal("user", "kn"),
            new Entry.Template(
                "acl", "user ${user} >${login/password} #${sha256:login/password} $x ${user}"));
    assertThat(made.get("acl"))
        .isEqualTo(
            "user kn >s$cret\\1"
                + " #c2b707ec0056f1d4a44cdbc2b7efce897b90da1de837792301e4cde02083c64b"
                + " $x kn");
  }

  @Test
  void aTemplateThatNamesNothingIsAMistakeOfThePlanner() {
    assertThatThrownBy(() -> mint(new Entry.Template("a", "${nothing}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing");
  }

  @Test
  void thePublishedKeyVerifiesWhatThePrivateOneSigns() throws Exception {
    Map<String, String> made = mint(new Entry.SigningKey("development"));
    JsonNode key = new ObjectMapper().readTree(made.get("public.jwks")).path("keys").path(0);
    assertThat(key.path("kid").asText()).isEqualTo("development");
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPublicKey published =
        (ECPublicKey)
            KeyFactory.getInstance("EC")
                .generatePublic(
                    new ECPublicKeySpec(
                        new ECPoint(number(key, "x"), number(key, "y")),
                        curve.getParameterSpec(ECParameterSpec.class)));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(Pem.ecKey(made.get("private.pem")));
    signer.update(new byte[] {1, 2, 3});
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(published);
    verifier.update(new byte[] {1, 2, 3});
    assertThat(verifier.verify(signer.sign())).isTrue();
  }

  @Test
  void nothingSecretIsInTheTextsThatMayBeLogged() {
    Outcome outcome =
        mint.mint(planned(new Entry.Password("p"), new Entry.Authority("ca", true)), this::value);
    String password = decode(((Outcome.Minted) outcome).secret().getData().get("p"));
    assertThat(outcome.toString()).doesNotContain(password).doesNotContain("KEY");
  }

  private static BigInteger number(JsonNode key, String field) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.path(field).asText()));
  }

  private static boolean signs(String key, X509Certificate certificate) throws Exception {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(Pem.ecKey(key));
    signer.update(new byte[] {7});
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(certificate);
    verifier.update(new byte[] {7});
    return verifier.verify(signer.sign());
  }

  private Map<String, String> mint(Entry... entries) {
    Outcome outcome = mint.mint(planned(entries), this::value);
    assertThat(outcome).isInstanceOf(Outcome.Minted.class);
    Map<String, String> decoded = new HashMap<>();
    ((Outcome.Minted) outcome)
        .secret()
        .getData()
        .forEach((key, value) -> decoded.put(key, decode(value)));
    return decoded;
  }

  private static PlannedSecret planned(Entry... entries) {
    return new PlannedSecret(
        new ObjectMetaBuilder().withName("made").withNamespace("demo").build(),
        Arrays.asList(entries));
  }

  private Optional<String> value(String secret, String key) {
    return Optional.ofNullable(existing.getOrDefault(secret, Map.of()).get(key));
  }

  private static String decode(String value) {
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }
}
