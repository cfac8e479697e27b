package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.cache.engine.CacheView.Consent;
import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads Secrets of users, which are not watched: each look is a request. A spec may name any Secret
 * of its namespace, also one that its author may not be allowed to read, and any address to send it
 * to: the content is withheld unless a label of the Secret itself allows that.
 */
@FunctionalInterface
public interface ForeignSecrets {

  /** What was found under the name; empty where there is no such Secret. */
  Optional<Found> get(String namespace, String name);

  /**
   * A Secret.
   *
   * @param consent by its labels
   * @param content decoded; empty without consent
   */
  record Found(Consent consent, Map<String, String> content) {

    /** Judged and, where that is allowed, decoded. */
    public static Found of(Secret secret) {
      Map<String, String> labels =
          Objects.requireNonNullElse(secret.getMetadata().getLabels(), Map.of());
      if (Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY))) {
        return new Found(Consent.OURS, Map.of());
      }
      if (!"true".equals(labels.get(Labels.CACHE_LOGIN))) {
        return new Found(Consent.MISSING, Map.of());
      }
      Map<String, String> decoded = new HashMap<>();
      if (secret.getData() != null) {
        secret
            .getData()
            .forEach(
                (key, value) ->
                    decoded.put(
                        key,
                        new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
      }
      return new Found(Consent.GIVEN, decoded);
    }
  }

  /** Asks the API server. */
  static ForeignSecrets through(KubernetesClient client) {
    return (namespace, name) ->
        Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get())
            .map(Found::of);
  }
}
