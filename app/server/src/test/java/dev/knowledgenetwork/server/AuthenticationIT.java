package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.web.testing.TestIssuer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is not let in, and what they are told. */
class AuthenticationIT {

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer server;
  private static String existing;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    server = platform.start("api").awaitReady();
    ApiClient writer =
        new ApiClient(
            platform.http(), server, platform.issuer().token("acme", "ann", "reader", "writer"));
    existing =
        ApiClient.DOCUMENTS + "/" + writer.create("{\"title\":\"t\"}").json().get("id").textValue();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  /** A token, sent or not, and the problem it must get. */
  private record BadToken(
      String name, String header, String method, int status, String type, String detail) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<BadToken> badTokens() {
    TestIssuer issuer = platform.issuer();
    String good = issuer.token("acme", "ann", "reader");
    String tampered = good.substring(0, good.length() - 6) + "AAAAAA";
    String notValid = "The token is not valid";
    return Stream.of(
        new BadToken(
            "none",
            null,
            "GET",
            401,
            "unauthenticated",
            "Send the header Authorization: Bearer <token>"),
        new BadToken(
            "basic",
            "Basic YTpi",
            "GET",
            401,
            "unauthenticated",
            "Only one bearer token is understood"),
        bearer("nonsense", "nonsense", notValid),
        bearer("tampered", tampered, notValid),
        bearer("another issuer's key", new TestIssuer().token("acme", "ann", "reader"), notValid),
        bearer("unsigned", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.", notValid),
        bearer(
            "expired",
            issuer.token(claims -> claims.setExpirationTimeMinutesInTheFuture(-5)),
            "The token has expired"),
        bearer(
            "no expiry",
            issuer.token(claims -> claims.unsetClaim("exp")),
            "The token lacks the claim 'exp', a number of seconds since 1970, up to 253402300799"
                + " (the end of the year 9999)"),
        bearer(
            "an expiry after the end of time",
            issuer.token(claims -> claims.setClaim("exp", 100_000_000_000_000_000L)),
            "The claim 'exp' must be a number of seconds since 1970, up to 253402300799"
                + " (the end of the year 9999)"),
        bearer(
            "a group that is none",
            issuer.token(claims -> claims.setClaim("groups", Arrays.asList((Object) null))),
            "The claim 'groups' must be an array of strings"),
        bearer(
            "wrong issuer",
            issuer.token(claims -> claims.setIssuer("x")),
            "The claim 'iss' names another issuer than the one that is trusted here"),
        bearer(
            "wrong audience",
            issuer.token(claims -> claims.setAudience("x")),
            "The claim 'aud' does not name this API"),
        bearer("too long", "x".repeat(9000), "The token is too long"),
        new BadToken(
            "no tenant",
            "Bearer " + issuer.token(claims -> {}),
            "GET",
            403,
            "no-tenant",
            "The token lacks the claim 'tenant', a string"),
        invalidTenant(
            "unusable tenant",
            issuer.token("a b", "ann", "reader"),
            "a tenant has 1 to 200 printable characters without spaces"),
        invalidTenant(
            "tenant with U+0000",
            issuer.token("a\0b", "ann", "reader"),
            "a tenant has 1 to 200 printable characters without spaces"),
        invalidTenant(
            "tenant in another normal form",
            issuer.token("cafe\u0301", "ann", "reader"),
            "a tenant is in normal form C"),
        bearer(
            "subject with U+0000",
            issuer.token("acme", "a\0b", "reader"),
            "The claim 'sub' must be a string that is not blank, without U+0000 and unpaired"
                + " surrogates"),
        notOfReaders("no group", issuer.token("acme", "ann")),
        notOfReaders("only writer reads", issuer.token("acme", "ann", "writer")),
        new BadToken(
            "reader deletes",
            "Bearer " + good,
            "DELETE",
            403,
            "forbidden",
            "The token lacks the group 'writer'"));
  }

  private static BadToken bearer(String name, String token, String detail) {
    return new BadToken(name, "Bearer " + token, "GET", 401, "unauthenticated", detail);
  }

  private static BadToken invalidTenant(String name, String token, String rule) {
    return new BadToken(
        name,
        "Bearer " + token,
        "GET",
        403,
        "no-tenant",
        "The claim 'tenant' must be a tenant: " + rule);
  }

  private static BadToken notOfReaders(String name, String token) {
    return new BadToken(
        name, "Bearer " + token, "GET", 403, "forbidden", "The token lacks the group 'reader'");
  }

  @ParameterizedTest
  @MethodSource("badTokens")
  void isNotLetIn(BadToken bad) {
    ApiClient anonymous = new ApiClient(platform.http(), server, "");
    String[] headers =
        bad.header() == null ? new String[0] : new String[] {"Authorization", bad.header()};

    ApiClient.Answer answer = anonymous.send(bad.method(), existing, null, headers);

    Problems.assertProblem(answer, bad.status(), bad.type(), bad.detail(), existing);
    if (bad.status() == 401) {
      assertThat(answer.header("WWW-Authenticate"))
          .startsWith("Bearer realm=\"knowledge-network\"");
    }
  }

  @Test
  void theLogNamesNoTokenAndNoPassword() {
    String token = platform.issuer().token("acme", "ann", "reader");
    new ApiClient(platform.http(), server, token).get(existing);
    new ApiClient(platform.http(), server, token + "x").get(existing);

    assertThat(server.log()).doesNotContain(token).doesNotContain("first-");
  }
}
