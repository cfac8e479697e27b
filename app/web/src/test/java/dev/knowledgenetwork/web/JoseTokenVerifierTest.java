package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.web.testing.TestIssuer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JoseTokenVerifierTest {

  private static final String CLAIMS =
      """
      {"iss":"%s","aud":["other","%s"],"sub":"bob","tenant":"acme","groups":["reader"],
       "exp":4000000000}
      """
          .formatted(TestIssuer.ISSUER, TestIssuer.AUDIENCE);

  @TempDir private Path directory;
  private final TestIssuer issuer = new TestIssuer();
  private Path keys;
  private JoseTokenVerifier verifier;

  @BeforeEach
  void publish() {
    keys = issuer.publish(directory.resolve("public.jwks"));
    verifier = new JoseTokenVerifier(keys.toUri(), null, TestIssuer.ISSUER, TestIssuer.AUDIENCE);
  }

  @Test
  void readsTheCallerFromAToken() {
    Caller caller = verifier.verify(issuer.token("acme", "ann", "reader", "writer"));

    assertThat(caller.tenant().value()).isEqualTo("acme");
    assertThat(caller.subject()).isEqualTo("ann");
    assertThat(caller.groups()).containsExactlyInAnyOrder("reader", "writer");
    assertThat(caller.expiresAt()).isAfter(Instant.now().plusSeconds(500));
  }

  @Test
  void whereTheIssuersKeysCannotBeReadTheTokenIsNotJudged() {
    // The port of discard: nothing listens there.
    try (JoseTokenVerifier remote =
        new JoseTokenVerifier(
            URI.create("https://localhost:9/keys"), null, TestIssuer.ISSUER, TestIssuer.AUDIENCE)) {
      assertThatThrownBy(() -> remote.verify(issuer.token("acme", "ann", "reader")))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.UNAVAILABLE));
    }
  }

  @Test
  void acceptsRs256() throws Exception {
    RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
    key.setKeyId("rsa");
    write(new JsonWebKeySet(key));
    verifier = new JoseTokenVerifier(keys.toUri(), null, TestIssuer.ISSUER, TestIssuer.AUDIENCE);

    Caller caller =
        verifier.verify(signed(key.getPrivateKey(), "rsa", AlgorithmIdentifiers.RSA_USING_SHA256));

    assertThat(caller.subject()).isEqualTo("bob");
  }

  @Test
  void refusesAnAlgorithmThatWouldMakeThePublicKeyASecret() throws Exception {
    byte[] secret = Files.readString(keys).getBytes(StandardCharsets.UTF_8);

    assertRefused(
        signed(new HmacKey(secret), "development", AlgorithmIdentifiers.HMAC_SHA256),
        "The token is not valid");
  }

  @Test
  void refusesATokenWithoutSignature() throws Exception {
    JsonWebSignature unsigned = new JsonWebSignature();
    unsigned.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    unsigned.setPayload(CLAIMS);
    unsigned.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);

    assertRefused(unsigned.getCompactSerialization(), "The token is not valid");
  }

  private static final String TIME =
      "a number of seconds since 1970, up to 253402300799 (the end of the year 9999)";
  private static final String SUBJECT =
      "a string that is not blank, without U+0000 and unpaired surrogates";
  private static final String TENANT =
      "a tenant: a tenant has 1 to 200 printable characters without spaces";

  /** A claim that is signed all the same, and what it must be. */
  record Shape(String claim, @Nullable Object value, String form) {}

  static Stream<Shape> shapes() {
    Stream<Shape> times =
        Stream.of("exp", "nbf")
            .flatMap(
                claim ->
                    Stream.of(
                            100_000_000_000_000_000L,
                            9_300_000_000_000L,
                            253_402_300_800L,
                            1e300,
                            new BigInteger("9".repeat(40)),
                            -1,
                            Long.MIN_VALUE,
                            "tomorrow",
                            "4000000000",
                            true,
                            List.of(4_000_000_000L),
                            Map.of("at", 1))
                        .map(value -> new Shape(claim, value, TIME)));
    Stream<Shape> groups =
        Stream.of("reader", 7, Map.of(), Arrays.asList((Object) null), List.of("reader", 7), true)
            .map(value -> new Shape("groups", value, "an array of strings"));
    Stream<Shape> subjects =
        Stream.of("", " ", "\t", "a\0b", 7, List.of("ann"), true)
            .map(value -> new Shape("sub", value, SUBJECT));
    Stream<Shape> others =
        Stream.of(
            new Shape("iss", 7, "a string"),
            new Shape("iss", List.of(TestIssuer.ISSUER), "a string"),
            new Shape("aud", 7, "a string or an array of strings"),
            new Shape("aud", Arrays.asList((Object) null), "a string or an array of strings"),
            new Shape("aud", Map.of(), "a string or an array of strings"));
    return Stream.of(times, groups, subjects, others).flatMap(Function.identity());
  }

  private String with(Shape shape) {
    return issuer.token(
        claims -> {
          claims.setClaim("tenant", "acme");
          claims.setClaim(shape.claim(), shape.value());
        });
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void refusesAClaimOfAnotherShapeByItsName(Shape shape) {
    assertRefused(with(shape), "The claim '" + shape.claim() + "' must be " + shape.form());
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "sub", "iss", "aud"})
  void saysWhichClaimIsMissing(String claim) {
    String token = issuer.token(claims -> claims.unsetClaim(claim));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> verifier.verify(token))
        .withMessageStartingWith("The token lacks the claim '" + claim + "', a ")
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.UNAUTHENTICATED));
  }

  static Stream<Shape> tenants() {
    return Stream.concat(
        Stream.of(42, true, List.of("acme"), Map.of("name", "acme"))
            .map(value -> new Shape("tenant", value, "a string")),
        Stream.of(
                "",
                " ",
                "a b",
                "a\u00a0b",
                "a\u200bb",
                "a\u0085b",
                "a\u2028b",
                "a\ufeffb",
                "\ue000")
            .map(value -> new Shape("tenant", value, TENANT)));
  }

  @ParameterizedTest
  @MethodSource("tenants")
  void refusesATenantThatCanBeNone(Shape shape) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> verifier.verify(with(shape)))
        .withMessage("The claim 'tenant' must be " + shape.form())
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.NO_TENANT));
  }

  @Test
  void acceptsWhatStandardsPermit() {
    Caller caller =
        verifier.verify(
            issuer.token(
                claims -> {
                  claims.setClaim("tenant", "größe/東京-1");
                  claims.setClaim("exp", 253_402_300_799L);
                  claims.setClaim("nbf", 1.5);
                  claims.setClaim("groups", List.of("reader", "reader"));
                }));
    assertThat(caller.groups()).containsExactly("reader");
    assertThat(caller.expiresAt()).isEqualTo("9999-12-31T23:59:59Z");
  }

  @Test
  void saysWhatIsWrongWithATokenForOthers() {
    assertRefused(
        issuer.token(claims -> claims.setNotBeforeMinutesInThePast(-5)),
        "The token is not valid yet: see its claim 'nbf'");
    assertRefused(
        issuer.token(claims -> claims.setAudience("x")), "The claim 'aud' does not name this API");
    assertRefused(
        issuer.token(claims -> claims.setIssuer("x")),
        "The claim 'iss' names another issuer than the one that is trusted here");
  }

  @Test
  void meetsRotatedKeysWithoutARestart() {
    verifier.verify(issuer.token("acme", "ann", "reader"));
    TestIssuer next = new TestIssuer();
    next.publish(keys);
    keys.toFile().setLastModified(System.currentTimeMillis() + 60_000);

    Awaitility.await()
        .atMost(FileKeyResolver.PAUSE.plusSeconds(10))
        .ignoreExceptions()
        .until(() -> verifier.verify(next.token("acme", "ann", "reader")) != null);
    assertRefused(issuer.token("acme", "ann", "reader"), "The token is not valid");
  }

  private void write(JsonWebKeySet set) throws IOException {
    Files.writeString(keys, set.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
  }

  private static String signed(Key key, String id, String algorithm) throws JoseException {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(CLAIMS);
    signature.setKey(key);
    signature.setKeyIdHeaderValue(id);
    signature.setAlgorithmHeaderValue(algorithm);
    return signature.getCompactSerialization();
  }

  private void assertRefused(String token, String detail) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> verifier.verify(token))
        .withMessage(detail)
        .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.UNAUTHENTICATED));
  }
}
