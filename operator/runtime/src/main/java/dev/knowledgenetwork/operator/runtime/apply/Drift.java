package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compares what we want with what there is, one way: a field that we do not set may have any value.
 * Lists that the API merges by key are matched by that key and may hold more; all others must be
 * equal item by item. Quantities and numbers-or-names are compared by value; empty equals absent.
 */
final class Drift {

  private static final Map<String, List<String>> MERGE_KEYS =
      Map.ofEntries(
          Map.entry("containers", List.of("name")),
          Map.entry("initContainers", List.of("name")),
          Map.entry("volumes", List.of("name")),
          Map.entry("env", List.of("name")),
          Map.entry("imagePullSecrets", List.of("name")),
          Map.entry("volumeMounts", List.of("mountPath")),
          Map.entry("volumeDevices", List.of("devicePath")),
          Map.entry("ownerReferences", List.of("uid")),
          Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
          Map.entry("hostAliases", List.of("ip")));

  /** Where the API server may write an equal amount in another way. */
  private static final Pattern QUANTITY =
      Pattern.compile(".*/(limits|requests|capacity|hard)/[^/]+|.*/sizeLimit");

  private Drift() {}

  /**
   * One field that is not as desired.
   *
   * @param path as in a JSON pointer
   * @param desired what we want
   * @param live what there is; empty when the field is absent
   */
  record Difference(String path, String desired, String live) {}

  /** All differences; empty when every desired field has its value. */
  static List<Difference> between(JsonNode desired, JsonNode live) {
    List<Difference> found = new ArrayList<>();
    compare("", "", desired, live, found);
    return found;
  }

  private static void compare(
      String path, String field, JsonNode desired, JsonNode live, List<Difference> found) {
    if (isEmpty(desired)) {
      if (desired.isContainerNode() || isEmpty(live)) {
        return;
      }
    }
    if (desired.isObject()) {
      desired
          .properties()
          .forEach(
              property ->
                  compare(
                      path + "/" + property.getKey(),
                      property.getKey(),
                      property.getValue(),
                      live.path(property.getKey()),
                      found));
    } else if (desired.isArray()) {
      compareLists(path, field, desired, live, found);
    } else if (!sameScalar(path, desired, live)) {
      found.add(
          new Difference(path, desired.asText(), live.isMissingNode() ? "" : live.toString()));
    }
  }

  private static void compareLists(
      String path, String field, JsonNode desired, JsonNode live, List<Difference> found) {
    List<String> keys = keysOf(path, field, desired);
    if (keys.isEmpty()) {
      if (desired.size() != live.size()) {
        found.add(new Difference(path, "list of " + desired.size(), live.toString()));
        return;
      }
      for (int i = 0; i < desired.size(); i++) {
        compare(path + "/" + i, "", desired.get(i), live.get(i), found);
      }
      return;
    }
    for (JsonNode item : desired) {
      String identity = identity(item, keys);
      compare(path + "/" + identity, "", item, matching(live, keys, identity), found);
    }
  }

  private static List<String> keysOf(String path, String field, JsonNode desired) {
    if (field.equals("ports")) {
      if (desired.path(0).has("containerPort")) {
        return List.of("containerPort", "protocol");
      }
      return path.equals("/spec/ports") ? List.of("port", "protocol") : List.of();
    }
    List<String> keys = MERGE_KEYS.getOrDefault(field, List.of());
    return keys.isEmpty() || !desired.path(0).isObject() ? List.of() : keys;
  }

  private static JsonNode matching(JsonNode live, List<String> keys, String identity) {
    for (JsonNode candidate : live) {
      if (identity(candidate, keys).equals(identity)) {
        return candidate;
      }
    }
    return MissingNode.getInstance();
  }

  private static String identity(JsonNode item, List<String> keys) {
    StringBuilder identity = new StringBuilder();
    for (String key : keys) {
      // The API server fills in the protocol where we leave it out.
      String value =
          key.equals("protocol") ? item.path(key).asText("TCP") : item.path(key).asText();
      identity.append(identity.isEmpty() ? "" : ",").append(value.replace("/", "~1"));
    }
    return identity.toString();
  }

  private static boolean sameScalar(String path, JsonNode desired, JsonNode live) {
    if (live.isContainerNode()) {
      return false;
    }
    if (!live.isMissingNode() && !live.isNull() && desired.asText().equals(live.asText())) {
      return true;
    }
    return QUANTITY.matcher(path).matches() && sameAmount(desired.asText(), live.asText());
  }

  private static boolean sameAmount(String desired, String live) {
    try {
      return Quantity.parse(desired)
              .getNumericalAmount()
              .compareTo(Quantity.parse(live).getNumericalAmount())
          == 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isMissingNode()
        || node.isNull()
        || node.isContainerNode() && node.isEmpty()
        || node.isTextual() && node.asText().isEmpty();
  }
}
