package dev.knowledgenetwork.web.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** Issues tokens as the Development profile does: ES256, key id {@code development}. */
public final class TestIssuer {

  public static final String ISSUER = "https://knowledgenetwork.dev/development";
  public static final String AUDIENCE = "knowledge-network";

  private final PublicJsonWebKey key;

  public TestIssuer() {
    try {
      key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      key.setKeyId("development");
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  public Path publish(Path file) {
    try {
      return Files.writeString(
          file, new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String token(String tenant, String subject, String... groups) {
    return token(
        claims -> {
          claims.setClaim("tenant", tenant);
          claims.setSubject(subject);
          claims.setStringListClaim("groups", List.of(groups));
        });
  }

  /** A token that is good but for what is done to its claims; without tenant and groups. */
  public String token(Consumer<JwtClaims> change) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setAudience(AUDIENCE);
    claims.setSubject("ann");
    claims.setExpirationTimeMinutesInTheFuture(10);
    change.accept(claims);
    try {
      JsonWebSignature signature = new JsonWebSignature();
      signature.setPayload(claims.toJson());
      signature.setKey(key.getPrivateKey());
      signature.setKeyIdHeaderValue(key.getKeyId());
      signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }
}
