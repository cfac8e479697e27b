package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.web.testing.TestIssuer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.time.Instant;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    verifier = new JoseTokenVerifier(keys.toUri(), TestIssuer.ISSUER, TestIssuer.AUDIENCE);
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
  void acceptsRs256() throws Exception {
    RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
    key.setKeyId("rsa");
    write(new JsonWebKeySet(key));
    verifier = new JoseTokenVerifier(keys.toUri(), TestIssuer.ISSUER, TestIssuer.AUDIENCE);

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

  @Test
  void refusesGroupsThatAreNoList() {
    assertRefused(
        issuer.token(
            claims -> {
              claims.setClaim("tenant", "acme");
              claims.setClaim("groups", 7);
            }),
        "The token is not valid");
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
