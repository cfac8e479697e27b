package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;

/**
 * Tokens signed with ES256 or RS256 by one of the issuer's keys. Keys come from a file, read again
 * when it changes, or from an https URL, fetched again when they are old or a key is unknown.
 *
 * <p>Cost: one signature check, some tenths of a millisecond.
 */
public final class JoseTokenVerifier implements TokenVerifier {

  private static final int CLOCK_SKEW_SECONDS = 30;
  private static final int LONGEST_TOKEN = 8192;

  private final JwtConsumer consumer;

  /**
   * Trusts one issuer.
   *
   * @param keys file or https URL of the keys that sign
   * @param issuer claim {@code iss} that a token must have
   * @param audience what its claim {@code aud} must name
   */
  public JoseTokenVerifier(URI keys, String issuer, String audience) {
    this.consumer =
        new JwtConsumerBuilder()
            .setVerificationKeyResolver(resolver(keys))
            .setJwsAlgorithmConstraints(
                new AlgorithmConstraints(
                    ConstraintType.PERMIT,
                    AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                    AlgorithmIdentifiers.RSA_USING_SHA256))
            .setRequireExpirationTime()
            .setRequireSubject()
            .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
            .setExpectedIssuer(true, issuer)
            .setExpectedAudience(true, audience)
            .build();
  }

  private static VerificationKeyResolver resolver(URI keys) {
    if (!keys.getScheme().equals("https")) {
      return new FileKeyResolver(Path.of(keys));
    }
    HttpsJwks remote = new HttpsJwks(keys.toString());
    remote.setRetainCacheOnErrorDuration(Duration.ofHours(1).toSeconds());
    return new HttpsJwksVerificationKeyResolver(remote);
  }

  @Override
  public Caller verify(String token) {
    if (token.length() > LONGEST_TOKEN) {
      throw refused("The token is too long");
    }
    try {
      JwtClaims claims = consumer.processToClaims(token);
      return new Caller(
          tenant(claims),
          subject(claims),
          groups(claims),
          Instant.ofEpochSecond(claims.getExpirationTime().getValue()));
    } catch (InvalidJwtException e) {
      throw refused(e.hasExpired() ? "The token has expired" : "The token is not valid");
    } catch (MalformedClaimException e) {
      throw refused("The token is not valid");
    }
  }

  private static TenantId tenant(JwtClaims claims) {
    if (claims.getClaimValue("tenant") instanceof String tenant) {
      try {
        return new TenantId(tenant);
      } catch (IllegalArgumentException e) {
        throw new ProblemException(ProblemType.NO_TENANT, "The claim 'tenant' is not valid");
      }
    }
    throw new ProblemException(ProblemType.NO_TENANT, "The token lacks the claim 'tenant'");
  }

  /** It becomes the author of what is stored, so it must be storable. */
  private static String subject(JwtClaims claims) throws MalformedClaimException {
    String subject = claims.getSubject();
    if (subject.codePoints().anyMatch(c -> c == 0 || c >= 0xd800 && c <= 0xdfff)) {
      throw refused("The claim 'sub' is not valid");
    }
    return subject;
  }

  private static Set<String> groups(JwtClaims claims) throws MalformedClaimException {
    List<String> groups = claims.getStringListClaimValue("groups");
    return groups == null ? Set.of() : Set.copyOf(groups);
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(ProblemType.UNAUTHENTICATED, detail);
  }
}
