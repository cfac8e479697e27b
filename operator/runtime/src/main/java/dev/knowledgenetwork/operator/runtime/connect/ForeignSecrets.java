package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads Secrets of users, which are not watched: each look is a request. A spec may name any Secret
 * of its namespace, also one of the operator's own, which its author may not be allowed to read:
 * the content of such a Secret is withheld.
 */
@FunctionalInterface
public interface ForeignSecrets {

  /** What was found under the name; empty where there is no such Secret. */
  Optional<Found> get(String namespace, String name);

  /**
   * A Secret.
   *
   * @param ours the operator's own, by its label
   * @param content decoded; empty where it is the operator's own
   */
  record Found(boolean ours, Map<String, String> content) {

    /** Judged and decoded. */
    public static Found of(Secret secret) {
      Map<String, String> labels = secret.getMetadata().getLabels();
      if (labels != null && Labels.OPERATOR.equals(labels.get(Labels.MANAGED_BY))) {
        return new Found(true, Map.of());
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
      return new Found(false, decoded);
    }
  }

  /** Asks the API server. */
  static ForeignSecrets through(KubernetesClient client) {
    return (namespace, name) ->
        Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get())
            .map(Found::of);
  }
}
