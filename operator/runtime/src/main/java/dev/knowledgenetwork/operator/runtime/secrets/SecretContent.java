package dev.knowledgenetwork.operator.runtime.secrets;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The content of one Secret while it is made: what is there and fits is kept, the rest is made. For
 * one thread.
 */
final class SecretContent {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int PASSWORD_LENGTH = 32;
  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String PRIVATE = "private.pem";

  private final Map<String, String> kept;
  private final SecretMint.Source source;
  private final SecureRandom random;
  private final Certificates certificates;
  private final SigningKeys signingKeys = new SigningKeys();
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param kept what is there, by key; nothing where the Secret is made for the first time
   */
  SecretContent(
      Map<String, String> kept,
      SecretMint.Source source,
      SecureRandom random,
      Certificates certificates) {
    this.kept = kept;
    this.source = source;
    this.random = random;
    this.certificates = certificates;
  }

  /** All of it so far, by key. */
  Map<String, String> values() {
    return values;
  }

  /**
   * Adds an entry.
   *
   * @throws Obstacle where it can neither be kept nor made
   */
  void add(Entry entry) throws Obstacle {
    switch (entry) {
      case Entry.Literal(String key, String value) -> values.put(key, value);
      case Entry.Password(String key) -> values.put(key, present(key).orElseGet(this::password));
      case Entry.Identity(String key) -> values.put(key, present(key).orElseGet(this::uuid));
      case Entry.Authority authority -> add(authority);
      case Entry.Certificate certificate -> add(certificate);
      case Entry.AuthorityCertificate(String key, String authority) ->
          values.put(key, need(authority, CERTIFICATE));
      case Entry.SigningKey(String keyId) -> addSigningKey(keyId);
      case Entry.Template template -> add(template);
    }
  }

  private void add(Entry.Authority authority) throws Obstacle {
    boolean there = kept.containsKey(CERTIFICATE) || kept.containsKey(KEY);
    if (there && certificates.isAuthority(kept.get(CERTIFICATE), kept.get(KEY))) {
      keep(CERTIFICATE, KEY);
    } else if (there && !authority.replaceable()) {
      throw new Obstacle(
          new SecretMint.Outcome.Spoilt(
              "its tls.crt and tls.key are no authority and the key that belongs to it"));
    } else {
      put(certificates.authority(authority.commonName()));
    }
  }

  private void add(Entry.Certificate wanted) throws Obstacle {
    String authority = need(wanted.authoritySecret(), CERTIFICATE);
    if (certificates.isSigned(kept.get(CERTIFICATE), kept.get(KEY), authority, wanted.dnsNames())) {
      keep(CERTIFICATE, KEY);
    } else {
      put(
          certificates.signed(
              authority,
              need(wanted.authoritySecret(), KEY),
              wanted.commonName(),
              wanted.dnsNames()));
    }
    values.put("ca.crt", authority);
  }

  private void addSigningKey(String keyId) {
    Optional<PrivateKey> there = Optional.ofNullable(kept.get(PRIVATE)).flatMap(Pem::key);
    String text = there.map(key -> kept.get(PRIVATE)).orElseGet(certificates::key);
    values.put(PRIVATE, text);
    values.put("public.jwks", signingKeys.published(keyId, Pem.publicKey(Pem.ecKey(text))));
  }

  private void add(Entry.Template template) throws Obstacle {
    if (template.held() && kept.containsKey(template.key())) {
      keep(template.key());
      return;
    }
    try {
      values.put(
          template.key(), Placeholders.fill(template.text(), this::own, this::needUnchecked));
    } catch (Missing missing) {
      throw missing.obstacle;
    }
  }

  private Optional<String> present(String key) {
    return Optional.ofNullable(kept.get(key)).filter(value -> !value.isBlank());
  }

  private void keep(String... keys) {
    List.of(keys).forEach(key -> values.put(key, kept.get(key)));
  }

  private void put(Certificates.Issued issued) {
    values.put(CERTIFICATE, issued.certificate());
    values.put(KEY, issued.key());
  }

  private String own(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("a template refers to the missing entry " + key);
    }
    return value;
  }

  private String need(String secret, String key) throws Obstacle {
    return source
        .value(secret, key)
        .orElseThrow(() -> new Obstacle(new SecretMint.Outcome.SourceMissing(secret, key)));
  }

  private String needUnchecked(String secret, String key) {
    try {
      return need(secret, key);
    } catch (Obstacle obstacle) {
      throw new Missing(obstacle);
    }
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
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  /** The content cannot be made. */
  static final class Obstacle extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient SecretMint.Outcome outcome;

    Obstacle(SecretMint.Outcome outcome) {
      super("no content", null, false, false);
      this.outcome = outcome;
    }

    SecretMint.Outcome outcome() {
      return outcome;
    }
  }

  /** Carries an obstacle out of a function that may not throw it. */
  private static final class Missing extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Obstacle obstacle;

    Missing(Obstacle obstacle) {
      super("no content", null, false, false);
      this.obstacle = obstacle;
    }
  }
}
