package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwt.JwtClaims;

/**
 * What a signed token says, each claim judged by type and range before anybody uses it: an issuer
 * signs whatever it was configured to.
 *
 * @param subject who; becomes the author of what is stored
 * @param groups what the token permits
 * @param expiresAt when it ends
 * @param tenant as it came, if there is one
 */
record TokenClaims(String subject, Set<String> groups, Instant expiresAt, Optional<Object> tenant) {

  /** The last year that all who keep times can write in four digits. */
  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private static final String TIME =
      "a number of seconds since 1970, up to " + LATEST + " (the end of the year 9999)";

  /**
   * Judges the claims by their form.
   *
   * @throws ProblemException 401 that names the claim and what it must be
   */
  static TokenClaims of(JwtClaims claims) {
    if (!(claims.getClaimValue("iss") instanceof String)) {
      throw refused(claims, "iss", "a string");
    }
    Object audience = claims.getClaimValue("aud");
    if (!(audience instanceof String) && !isTexts(audience)) {
      throw refused(claims, "aud", "a string or an array of strings");
    }
    if (claims.hasClaim("nbf")) {
      time(claims, "nbf");
    }
    return new TokenClaims(
        subject(claims),
        groups(claims),
        time(claims, "exp"),
        Optional.ofNullable(claims.getClaimValue("tenant")));
  }

  private static boolean isTexts(Object value) {
    return value instanceof List<?> items && items.stream().allMatch(String.class::isInstance);
  }

  private static Instant time(JwtClaims claims, String name) {
    if (claims.getClaimValue(name) instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= LATEST) {
      return Instant.ofEpochSecond(number.longValue());
    }
    throw refused(claims, name, TIME);
  }

  private static String subject(JwtClaims claims) {
    if (claims.getClaimValue("sub") instanceof String subject
        && !subject.isBlank()
        && subject.codePoints().noneMatch(c -> c == 0 || c >= 0xd800 && c <= 0xdfff)) {
      return subject;
    }
    throw refused(
        claims, "sub", "a string that is not blank, without U+0000 and unpaired surrogates");
  }

  private static Set<String> groups(JwtClaims claims) {
    if (!claims.hasClaim("groups")) {
      return Set.of();
    }
    if (claims.getClaimValue("groups") instanceof List<?> groups && isTexts(groups)) {
      return groups.stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet());
    }
    throw refused(claims, "groups", "an array of strings");
  }

  /**
   * The caller that they stand for.
   *
   * @throws ProblemException {@link ProblemType#NO_TENANT} without a tenant that can be one
   */
  Caller caller() {
    Object named =
        tenant.orElseThrow(() -> noTenant("The token lacks the claim 'tenant', a string"));
    if (!(named instanceof String text)) {
      throw noTenant("The claim 'tenant' must be a string");
    }
    try {
      return new Caller(new TenantId(text), subject, groups, expiresAt);
    } catch (IllegalArgumentException e) {
      throw noTenant("The claim 'tenant' must be a tenant: " + e.getMessage());
    }
  }

  private static ProblemException refused(JwtClaims claims, String name, String form) {
    return new ProblemException(
        ProblemType.UNAUTHENTICATED,
        claims.hasClaim(name)
            ? "The claim '" + name + "' must be " + form
            : "The token lacks the claim '" + name + "', " + form);
  }

  private static ProblemException noTenant(String detail) {
    return new ProblemException(ProblemType.NO_TENANT, detail);
  }
}
