package dev.knowledgenetwork.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.knowledgenetwork.kernel.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Remembers tokens that were found good a moment ago, because a client sends the same one with each
 * request and checking a signature costs more than reading from the cache. A key that is withdrawn
 * is trusted for {@link #TRUSTED} longer. Refused tokens are not remembered, nor any token itself:
 * only its digest.
 */
public final class RecentTokens implements TokenVerifier {

  /** How long a token is not checked again. */
  public static final Duration TRUSTED = Duration.ofSeconds(10);

  /** Most tokens remembered, about 500 bytes each. */
  private static final int MOST = 10_000;

  private final TokenVerifier verifier;
  private final InstantSource clock;
  private final Cache<String, Caller> recent;

  /**
   * Remembers what another verifier finds good.
   *
   * @param clock tells whether a token that was good has expired
   */
  public RecentTokens(TokenVerifier verifier, InstantSource clock) {
    this(verifier, clock, Ticker.systemTicker());
  }

  RecentTokens(TokenVerifier verifier, InstantSource clock, Ticker ticker) {
    this.verifier = verifier;
    this.clock = clock;
    this.recent =
        Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(TRUSTED).ticker(ticker).build();
  }

  @Override
  public Caller verify(String token) {
    String digest = digest(token);
    Optional<Caller> known = remembered(digest);
    if (known.isPresent()) {
      return known.get();
    }
    Caller caller = verifier.verify(token);
    recent.put(digest, caller);
    return caller;
  }

  /** Who sent a token that was found good a moment ago: nothing is checked, or waited for. */
  Optional<Caller> known(String token) {
    return remembered(digest(token));
  }

  private Optional<Caller> remembered(String digest) {
    return Optional.ofNullable(recent.getIfPresent(digest))
        .filter(caller -> clock.instant().isBefore(caller.expiresAt()));
  }

  private static String digest(String token) {
    return HexFormat.of()
        .formatHex(IdempotencyKeys.sha256().digest(token.getBytes(StandardCharsets.UTF_8)));
  }
}
