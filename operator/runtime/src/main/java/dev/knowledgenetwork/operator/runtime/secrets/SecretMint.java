package dev.knowledgenetwork.operator.runtime.secrets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.operator.core.naming.Labels;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns a planned Secret into a complete one: the only place where randomness becomes content.
 * Costs a few milliseconds for each certificate. Nothing it makes is ever logged.
 */
public final class SecretMint {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int PASSWORD_LENGTH = 32;
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(sha256:)?([^}/]+/)?([^}]+)}");

  private final SecureRandom random;
  private final Certificates certificates;
  private final ObjectMapper json = new ObjectMapper();

  /** A mint whose certificates begin to be valid an hour before the clock's time. */
  public SecretMint(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.certificates = new Certificates(random, clock);
  }

  /** Where the content of the namespace's other Secrets comes from. */
  @FunctionalInterface
  public interface Source {

    /** The decoded value, where that Secret and key exist. */
    Optional<String> value(String secret, String key);
  }

  /** What became of minting. */
  public sealed interface Outcome {

    /** A complete Secret, ready to be created. */
    record Minted(Secret secret) implements Outcome {

      @Override
      public String toString() {
        return "Minted[" + secret.getMetadata().getName() + "]";
      }
    }

    /** Another Secret, which this one is made from, is not there yet or lacks a key. */
    record SourceMissing(String secret, String key) implements Outcome {}
  }

  /** Makes the content. Neither touches the cluster nor remembers anything. */
  public Outcome mint(PlannedSecret planned, Source source) {
    Map<String, String> values = new LinkedHashMap<>();
    try {
      for (Entry entry : planned.entries()) {
        add(entry, values, source);
      }
    } catch (MissingSource missing) {
      return new Outcome.SourceMissing(missing.secret, missing.key);
    }
    Map<String, String> data = new LinkedHashMap<>();
    values.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return new Outcome.Minted(
        new SecretBuilder()
            .withMetadata(labelled(planned, values))
            .withType("Opaque")
            .withData(data)
            .build());
  }

  /** The identity that a Secret carries inside stands on its label as well. */
  private static io.fabric8.kubernetes.api.model.ObjectMeta labelled(
      PlannedSecret planned, Map<String, String> values) {
    ObjectMetaBuilder metadata = new ObjectMetaBuilder(planned.metadata());
    planned.entries().stream()
        .filter(Entry.Identity.class::isInstance)
        .map(entry -> values.get(((Entry.Identity) entry).key()))
        .findFirst()
        .ifPresent(id -> metadata.addToLabels(Labels.CLUSTER_ID, id));
    return metadata.build();
  }

  private void add(Entry entry, Map<String, String> values, Source source) {
    switch (entry) {
      case Entry.Literal(String key, String value) -> values.put(key, value);
      case Entry.Password(String key) -> values.put(key, password());
      case Entry.Identity(String key) -> values.put(key, uuid());
      case Entry.Authority(String commonName) -> put(values, certificates.authority(commonName));
      case Entry.Certificate(String authority, String commonName, List<String> dnsNames) -> {
        String certificate = need(source, authority, "tls.crt");
        put(
            values,
            certificates.signed(
                certificate, need(source, authority, "tls.key"), commonName, dnsNames));
        values.put("ca.crt", certificate);
      }
      case Entry.AuthorityCertificate(String key, String authority) ->
          values.put(key, need(source, authority, "tls.crt"));
      case Entry.SigningKey(String keyId) -> signingKey(keyId, values);
      case Entry.Template(String key, String text) -> values.put(key, expand(text, values, source));
    }
  }

  private static void put(Map<String, String> values, Certificates.Issued issued) {
    values.put("tls.crt", issued.certificate());
    values.put("tls.key", issued.key());
  }

  private String password() {
    StringBuilder text = new StringBuilder(PASSWORD_LENGTH);
    for (int i = 0; i < PASSWORD_LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  private String uuid() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    bytes[6] = (byte) (bytes[6] & 0x0f | 0x40);
    bytes[8] = (byte) (bytes[8] & 0x3f | 0x80);
    java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  private void signingKey(String keyId, Map<String, String> values) {
    KeyPair keys = certificates.keys();
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    Map<String, String> jwk = new LinkedHashMap<>();
    jwk.put("kty", "EC");
    jwk.put("crv", "P-256");
    jwk.put("kid", keyId);
    jwk.put("use", "sig");
    jwk.put("alg", "ES256");
    jwk.put("x", coordinate(key.getW().getAffineX()));
    jwk.put("y", coordinate(key.getW().getAffineY()));
    values.put("private.pem", Pem.encode("PRIVATE KEY", keys.getPrivate().getEncoded()));
    try {
      values.put("public.jwks", json.writeValueAsString(Map.of("keys", List.of(jwk))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a public key cannot be written as JSON", e);
    }
  }

  private static String coordinate(BigInteger value) {
    byte[] raw = value.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(raw.length, 32);
    System.arraycopy(raw, raw.length - length, fixed, 32 - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }

  private static String expand(String text, Map<String, String> values, Source source) {
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String secret = matcher.group(2);
      String key = matcher.group(3);
      String value =
          secret == null
              ? own(values, key)
              : need(source, secret.substring(0, secret.length() - 1), key);
      String shown = matcher.group(1) == null ? value : sha256(value);
      matcher.appendReplacement(out, Matcher.quoteReplacement(shown));
    }
    return matcher.appendTail(out).toString();
  }

  private static String own(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("a template refers to the missing entry " + key);
    }
    return value;
  }

  private static String need(Source source, String secret, String key) {
    return source.value(secret, key).orElseThrow(() -> new MissingSource(secret, key));
  }

  private static String sha256(String value) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static final class MissingSource extends RuntimeException {
    private final String secret;
    private final String key;

    MissingSource(String secret, String key) {
      super(secret + "/" + key, null, false, false);
      this.secret = secret;
      this.key = key;
    }
  }
}
