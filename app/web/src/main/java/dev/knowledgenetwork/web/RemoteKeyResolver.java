package dev.knowledgenetwork.web;

import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Keys of an issuer, fetched from its https address by a thread of their own, so that no request
 * waits for an issuer that does not answer. They are fetched every {@link #EVERY}, and sooner where
 * a token names a key that is not among them, at most every {@link #PAUSE}; they are trusted for
 * {@link #TRUSTED} after the issuer last answered.
 */
final class RemoteKeyResolver implements TokenKeys {

  static final Duration EVERY = Duration.ofMinutes(5);
  static final Duration TRUSTED = Duration.ofHours(1);
  static final Duration PAUSE = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger(RemoteKeyResolver.class.getName());
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int LARGEST = 1 << 20;

  /** What the issuer last answered, and when, in nanoseconds. */
  private record Fetched(VerificationKeyResolver keys, long at) {

    boolean isYoungerThan(Duration age) {
      return System.nanoTime() - at < age.toNanos();
    }
  }

  private final URI address;
  private final @Nullable Path authority;
  private final Duration pause;
  private final Semaphore wanted = new Semaphore(0);
  private final Thread thread;
  private volatile @Nullable Fetched fetched;

  /** Why the last question was in vain; null while it was not. */
  private volatile @Nullable String refusal = "it has not answered yet";

  /**
   * Begins to fetch the keys at once; does not wait for them.
   *
   * @param authority of the issuer's certificate, a file in PEM that is read again each time; null:
   *     one that is publicly known
   */
  RemoteKeyResolver(URI address, @Nullable Path authority) {
    this(address, authority, PAUSE);
  }

  RemoteKeyResolver(URI address, @Nullable Path authority, Duration pause) {
    this.address = address;
    this.authority = authority;
    this.pause = pause;
    this.thread = Thread.ofVirtual().name("issuer-keys").start(this::loop);
  }

  /**
   * The key that a token names, from memory.
   *
   * @throws ProblemException 503 where the issuer has not told its keys, or not since the token's
   *     key may have been made
   */
  @Override
  public Key resolveKey(JsonWebSignature signature, List<JsonWebStructure> nesting)
      throws UnresolvableKeyException {
    Fetched known = fetched;
    if (known == null || !known.isYoungerThan(TRUSTED)) {
      throw unavailable("The keys of the token's issuer cannot be read now");
    }
    try {
      return known.keys().resolveKey(signature, nesting);
    } catch (UnresolvableKeyException e) {
      if (known.isYoungerThan(pause)) {
        throw e;
      }
      wanted.release();
      throw unavailable("The token names a key that its issuer is being asked for");
    }
  }

  @Override
  public Optional<KeyTrouble> trouble() {
    Fetched known = fetched;
    return Optional.ofNullable(refusal)
        .map(
            words ->
                new KeyTrouble(
                    address.toString(), words, known != null && known.isYoungerThan(TRUSTED)));
  }

  private static ProblemException unavailable(String detail) {
    return new ProblemException(ProblemType.UNAVAILABLE, detail)
        .withHeader(HttpHeaders.RETRY_AFTER, "2");
  }

  private void loop() {
    boolean failing = false;
    try {
      while (true) {
        wanted.drainPermits();
        try {
          fetched = new Fetched(fetch(), System.nanoTime());
          if (failing) {
            LOG.log(System.Logger.Level.INFO, "the keys at {0} are read again", address);
          }
          failing = false;
          refusal = null;
        } catch (InterruptedException e) {
          throw e;
        } catch (Exception e) {
          // Whatever the issuer answers: the library casts what it reads, and nobody else asks.
          LOG.log(
              failing ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
              "cannot read the keys of the tokens'' issuer at {0}, and will try again: {1}",
              address,
              e.toString());
          failing = true;
          refusal = words(e);
        }
        // A token with an unknown key wakes it, but not more often than that.
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        if (!failing) {
          wanted.tryAcquire(EVERY.minus(pause).toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "the keys at {0} are no longer read", address);
    }
  }

  /** The client tells some refusals by the class of an exception only. */
  private String words(Exception refusal) {
    List<Throwable> chain =
        Stream.iterate((Throwable) refusal, Objects::nonNull, Throwable::getCause).toList();
    if (chain.stream().anyMatch(UnresolvedAddressException.class::isInstance)) {
      return "unknown host " + address.getHost();
    }
    return chain.stream()
        .map(Throwable::getMessage)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(
            refusal instanceof ConnectException
                ? "connection refused"
                : refusal.getClass().getSimpleName());
  }

  /** By a client of its own, for minutes lie between two questions. */
  private VerificationKeyResolver fetch()
      throws IOException, GeneralSecurityException, JoseException, InterruptedException {
    HttpRequest question =
        HttpRequest.newBuilder(address)
            .timeout(ANSWER)
            .header("Accept", "application/json")
            .build();
    try (HttpClient client = client()) {
      HttpResponse<byte[]> answer =
          client.send(
              question,
              HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LARGEST));
      if (answer.statusCode() != 200) {
        throw new IOException("it answers " + answer.statusCode());
      }
      JsonWebKeySet set = new JsonWebKeySet(new String(answer.body(), StandardCharsets.UTF_8));
      return new JwksVerificationKeyResolver(set.getJsonWebKeys());
    }
  }

  private HttpClient client() throws IOException, GeneralSecurityException {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT);
    return authority == null
        ? client.build()
        : client.sslContext(Authorities.trusting(authority)).build();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
