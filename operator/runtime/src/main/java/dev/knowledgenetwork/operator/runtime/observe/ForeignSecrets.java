package dev.knowledgenetwork.operator.runtime.observe;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads Secrets of users, which are not watched: each look is a request. */
@FunctionalInterface
public interface ForeignSecrets {

  /** The decoded content, where the Secret exists. */
  Optional<Map<String, String>> get(String namespace, String name);

  /** Asks the API server. */
  static ForeignSecrets through(KubernetesClient client) {
    return (namespace, name) ->
        Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get())
            .map(Secret::getData)
            .map(
                data -> {
                  Map<String, String> decoded = new HashMap<>();
                  data.forEach(
                      (key, value) ->
                          decoded.put(
                              key,
                              new String(
                                  Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
                  return decoded;
                });
  }
}
