package dev.knowledgenetwork.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteKeyResolverTest {

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final AtomicInteger asked = new AtomicInteger();
  private final PublicJsonWebKey first = key("first");
  private final PublicJsonWebKey second = key("second");
  private volatile JsonWebKeySet published = new JsonWebKeySet(first);
  private volatile Supplier<String> answer =
      () -> published.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
  private volatile int status = 200;
  private HttpServer issuer;

  @BeforeEach
  void serve() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/keys",
        exchange -> {
          asked.incrementAndGet();
          byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    issuer.start();
  }

  @AfterEach
  void stop() {
    issuer.stop(0);
  }

  @Test
  void keysAreThereWithoutAnyRequest() throws Exception {
    try (RemoteKeyResolver keys = new RemoteKeyResolver(address(), null, PAUSE)) {
      await().until(() -> asked.get() == 1);
      await().untilAsserted(() -> assertThat(resolve(keys, first)).isEqualTo(first.getKey()));
    }
  }

  @Test
  void anIssuerThatDoesNotAnswerIsWaitedForByNobody() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        RemoteKeyResolver keys =
            new RemoteKeyResolver(
                URI.create("http://localhost:" + silent.getLocalPort() + "/keys"), null, PAUSE)) {
      long start = System.nanoTime();
      assertUnavailable(keys, first, "The keys of the token's issuer cannot be read now");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://localhost:1/keys, connection refused",
    "https://nowhere.invalid/keys, unknown host nowhere.invalid",
    "http://localhost:%d/elsewhere, it answers 404",
  })
  void whyTheKeysCannotBeReadIsSaidInWords(String wrong, String words) {
    URI address = URI.create(wrong.formatted(issuer.getAddress().getPort()));
    try (RemoteKeyResolver keys = new RemoteKeyResolver(address, null, PAUSE)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(keys.trouble())
                      .contains(new KeyTrouble(address.toString(), words, false)));
    }
  }

  @Test
  void anIssuerThatComesBackIsTrustedAgain() throws Exception {
    status = 503;
    try (RemoteKeyResolver keys = new RemoteKeyResolver(address(), null, PAUSE)) {
      await().until(() -> asked.get() >= 2);
      assertUnavailable(keys, first, "The keys of the token's issuer cannot be read now");
      assertThat(keys.trouble())
          .contains(new KeyTrouble(address().toString(), "it answers 503", false));
      status = 200;
      await()
          .ignoreException(ProblemException.class)
          .untilAsserted(() -> assertThat(resolve(keys, first)).isEqualTo(first.getKey()));
      assertThat(keys.trouble()).isEmpty();

      status = 500;
      resolveUnknown(keys);
      await()
          .untilAsserted(
              () ->
                  assertThat(keys.trouble())
                      .as("what was read is good for a while")
                      .contains(new KeyTrouble(address().toString(), "it answers 500", true)));
      assertThat(resolve(keys, first)).isEqualTo(first.getKey());
    }
  }

  /** Makes it ask anew. */
  private void resolveUnknown(RemoteKeyResolver keys) {
    await().pollDelay(PAUSE).until(() -> true);
    assertUnavailable(keys, second, "The token names a key that its issuer is being asked for");
  }

  @Test
  void anIssuerThatAnswersNonsenseIsAskedAgain() throws Exception {
    Supplier<String> sense = answer;
    for (String nonsense :
        List.of("", "[]", "{}", "{\"keys\":\"x\"}", "{\"keys\":[1]}", "<html>")) {
      answer = () -> nonsense;
      try (RemoteKeyResolver keys = new RemoteKeyResolver(address(), null, PAUSE)) {
        int before = asked.get();
        await(nonsense).until(() -> asked.get() > before);
        answer = sense;
        await(nonsense)
            .ignoreExceptions()
            .untilAsserted(() -> assertThat(resolve(keys, first)).isEqualTo(first.getKey()));
      }
    }
  }

  @Test
  void aKeyThatIsNewIsAskedForAndOneThatNobodyHasIsRefused() throws Exception {
    try (RemoteKeyResolver keys = new RemoteKeyResolver(address(), null, PAUSE)) {
      await()
          .ignoreException(ProblemException.class)
          .untilAsserted(() -> assertThat(resolve(keys, first)).isEqualTo(first.getKey()));
      assertThatThrownBy(() -> resolve(keys, second)).isInstanceOf(UnresolvableKeyException.class);

      published = new JsonWebKeySet(first, second);
      await().pollDelay(PAUSE).until(() -> true);
      assertUnavailable(keys, second, "The token names a key that its issuer is being asked for");
      await()
          .ignoreException(ProblemException.class)
          .untilAsserted(() -> assertThat(resolve(keys, second)).isEqualTo(second.getKey()));

      int before = asked.get();
      assertThat(resolve(keys, first)).isEqualTo(first.getKey());
      assertThat(asked).as("a known key asks nobody").hasValue(before);
    }
  }

  private static void assertUnavailable(
      RemoteKeyResolver keys, PublicJsonWebKey key, String detail) {
    assertThatThrownBy(() -> resolve(keys, key))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.UNAVAILABLE);
              assertThat(e.headers()).containsKey("Retry-After");
            })
        .hasMessage(detail);
  }

  private static Key resolve(RemoteKeyResolver keys, PublicJsonWebKey key)
      throws UnresolvableKeyException {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    return keys.resolveKey(signature, List.of());
  }

  private URI address() {
    return URI.create("http://localhost:" + issuer.getAddress().getPort() + "/keys");
  }

  private static PublicJsonWebKey key(String id) {
    try {
      PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
      key.setKeyId(id);
      return key;
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }
}
