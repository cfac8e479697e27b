package dev.knowledgenetwork.operator.runtime.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.zjsonpatch.JsonDiff;

/** Somebody else who writes to objects of the operator, in each of the ways in which one can. */
public record ForeignWriter(KubernetesClient client) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How a change is sent. */
  public enum Way {
    MERGE_PATCH,
    JSON_PATCH,
    FORCED_APPLY
  }

  /**
   * Adds to an object.
   *
   * @param more part of an object: what it names is set, items of lists are added or, where one of
   *     the same name is there, completed
   */
  public void disturb(HasMetadata live, JsonNode more, Way way) {
    ObjectNode before = JSON.valueToTree(live);
    // Whatever happens to the object in between.
    before.withObject("/metadata").remove("resourceVersion");
    JsonNode after = merged(before, more);
    switch (way) {
      case MERGE_PATCH -> {
        ObjectNode patch = JSON.createObjectNode();
        more.fieldNames().forEachRemaining(field -> patch.set(field, after.get(field)));
        send(live, patch, PatchType.JSON_MERGE);
      }
      case JSON_PATCH -> send(live, JsonDiff.asJson(before, after), PatchType.JSON);
      case FORCED_APPLY -> {
        ObjectNode applied = more.deepCopy();
        applied.put("apiVersion", live.getApiVersion()).put("kind", live.getKind());
        applied
            .withObject("/metadata")
            .put("name", live.getMetadata().getName())
            .put("namespace", live.getMetadata().getNamespace());
        send(live, applied, PatchType.SERVER_SIDE_APPLY);
      }
    }
  }

  private void send(HasMetadata live, JsonNode patch, PatchType type) {
    PatchContext.Builder context =
        new PatchContext.Builder().withPatchType(type).withFieldManager("other");
    if (type == PatchType.SERVER_SIDE_APPLY) {
      context.withForce(true);
    }
    client.resource(live).patch(context.build(), patch.toString());
  }

  private static JsonNode merged(JsonNode live, JsonNode more) {
    if (live.isObject() && more.isObject()) {
      ObjectNode all = live.deepCopy();
      more.properties()
          .forEach(
              field ->
                  all.set(field.getKey(), merged(live.path(field.getKey()), field.getValue())));
      return all;
    }
    if (live.isArray() && more.isArray()) {
      ArrayNode all = live.deepCopy();
      more.forEach(
          item -> {
            int same = position(all, item);
            if (same < 0) {
              all.add(item);
            } else {
              all.set(same, merged(all.get(same), item));
            }
          });
      return all;
    }
    return more;
  }

  private static int position(JsonNode list, JsonNode item) {
    for (int i = 0; i < list.size(); i++) {
      if (item.has("name") && list.get(i).path("name").equals(item.get("name"))) {
        return i;
      }
    }
    return -1;
  }
}
