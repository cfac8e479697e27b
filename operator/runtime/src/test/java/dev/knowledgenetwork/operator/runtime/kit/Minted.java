package dev.knowledgenetwork.operator.runtime.kit;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import dev.knowledgenetwork.operator.runtime.secrets.SecretMint;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Secrets as the operator mints them, without an API server. */
public final class Minted implements SecretReader {

  private final SecretMint mint = new SecretMint(new SecureRandom(), InstantSource.system());
  private final Map<String, Map<String, String>> secrets = new HashMap<>();

  /** Mints one; entries may refer to those that were minted before. */
  public Minted with(String name, Entry... entries) {
    SecretMint.Outcome outcome =
        mint.mint(
            new PlannedSecret(
                new ObjectMetaBuilder().withName(name).withNamespace("demo").build(),
                List.of(entries)),
            (secret, key) -> secret("demo", secret, key));
    Map<String, String> values = new HashMap<>();
    ((SecretMint.Outcome.Minted) outcome)
        .secret()
        .getData()
        .forEach(
            (key, data) ->
                values.put(
                    key, new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8)));
    secrets.put(name, values);
    return this;
  }

  /** A value that is there. */
  public String value(String name, String key) {
    return secrets.get(name).get(key);
  }

  /** Somebody changes a value. */
  public void change(String name, String key, String value) {
    secrets.get(name).put(key, value);
  }

  /** All of them, as objects. */
  public List<Secret> all() {
    return secrets.entrySet().stream()
        .map(
            secret ->
                new SecretBuilder()
                    .withNewMetadata()
                    .withName(secret.getKey())
                    .withNamespace("demo")
                    .endMetadata()
                    .withData(encoded(secret.getValue()))
                    .build())
        .toList();
  }

  private static Map<String, String> encoded(Map<String, String> values) {
    Map<String, String> data = new HashMap<>();
    values.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return data;
  }

  @Override
  public Optional<String> secret(String namespace, String name, String key) {
    return Optional.ofNullable(secrets.get(name)).map(found -> found.get(key));
  }
}
