package dev.knowledgenetwork.operator.runtime.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * What somebody else does to an object of the operator.
 *
 * @param more part of the object, with single quotes
 */
record ForeignChange(Class<? extends HasMetadata> type, String name, String more) {

  private static final ObjectMapper JSON = new ObjectMapper();

  HasMetadata live(KubernetesClient client, String namespace) {
    return client.resources(type).inNamespace(namespace).withName(name).get();
  }

  /** All that a person may set, and foreign labels and annotations. */
  JsonNode content(KubernetesClient client, String namespace) {
    ObjectNode object = JSON.valueToTree(live(client, namespace));
    object.remove("status");
    ((ObjectNode) object.get("metadata"))
        .remove(List.of("managedFields", "resourceVersion", "generation"));
    return object;
  }

  JsonNode tree() {
    return tree(more);
  }

  static JsonNode tree(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
