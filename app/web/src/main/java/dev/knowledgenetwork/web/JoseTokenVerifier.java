package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Caller;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jspecify.annotations.Nullable;

/**
 * Tokens signed with ES256 or RS256 by one of the issuer's keys. Keys come from a file, read again
 * when it changes, or from an https URL, fetched outside of requests.
 *
 * <p>Cost: one signature check, some tenths of a millisecond.
 */
public final class JoseTokenVerifier implements TokenVerifier, AutoCloseable {

  private static final int CLOCK_SKEW_SECONDS = 30;
  private static final int LONGEST_TOKEN = 8192;

  private final TokenKeys keys;

  /** Judges the signature; whom the token is from and for, and when, once its claims are sound. */
  private final JwtConsumer signature;

  private final JwtConsumer validity;

  /**
   * Trusts one issuer.
   *
   * @param keys file or https URL of the keys that sign
   * @param authority of the certificate at that URL, a file in PEM; null: publicly known
   * @param issuer claim {@code iss} that a token must have
   * @param audience what its claim {@code aud} must name
   */
  public JoseTokenVerifier(URI keys, @Nullable Path authority, String issuer, String audience) {
    this.keys =
        keys.getScheme().equals("https")
            ? new RemoteKeyResolver(keys, authority)
            : new FileKeyResolver(Path.of(keys));
    this.signature =
        new JwtConsumerBuilder()
            .setSkipAllValidators()
            .setVerificationKeyResolver(this.keys)
            .setJwsAlgorithmConstraints(
                new AlgorithmConstraints(
                    ConstraintType.PERMIT,
                    AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                    AlgorithmIdentifiers.RSA_USING_SHA256))
            .build();
    this.validity =
        new JwtConsumerBuilder()
            .setSkipSignatureVerification()
            .setRequireExpirationTime()
            .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
            .setExpectedIssuer(true, issuer)
            .setExpectedAudience(true, audience)
            .build();
  }

  @Override
  public Caller verify(String token) {
    if (token.length() > LONGEST_TOKEN) {
      throw refused("The token is too long");
    }
    try {
      JwtContext context = signature.process(token);
      TokenClaims claims = TokenClaims.of(context.getJwtClaims());
      validity.processContext(context);
      return claims.caller();
    } catch (InvalidJwtException e) {
      throw unjudged(e).orElseGet(() -> refused(reason(e)));
    }
  }

  /** Why tokens cannot be judged, or soon may not be; empty while they can. From memory. */
  public Optional<KeyTrouble> trouble() {
    return keys.trouble();
  }

  @Override
  public void close() {
    keys.close();
  }

  /** What kept the token from being judged: the library wraps whatever a resolver throws. */
  private static Optional<ProblemException> unjudged(Throwable refusal) {
    return Stream.iterate(refusal, Objects::nonNull, Throwable::getCause)
        .filter(ProblemException.class::isInstance)
        .map(ProblemException.class::cast)
        .findFirst();
  }

  private static String reason(InvalidJwtException refusal) {
    if (refusal.hasExpired()) {
      return "The token has expired";
    }
    if (refusal.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
      return "The token is not valid yet: see its claim 'nbf'";
    }
    if (refusal.hasErrorCode(ErrorCodes.ISSUER_INVALID)) {
      return "The claim 'iss' names another issuer than the one that is trusted here";
    }
    if (refusal.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)) {
      return "The claim 'aud' does not name this API";
    }
    return "The token is not valid";
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(ProblemType.UNAUTHENTICATED, detail);
  }
}
