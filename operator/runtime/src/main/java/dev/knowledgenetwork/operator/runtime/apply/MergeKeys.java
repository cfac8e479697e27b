package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * By which fields the API server tells the items of a list apart. Such a list may hold items of
 * several managers; every other list belongs as a whole to one.
 */
record MergeKeys(List<String> fields) {

  private static final Map<String, List<String>> BY_LIST =
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

  /** Empty when the list is compared item by item. */
  static Optional<MergeKeys> of(String path, JsonNode list) {
    String field = path.substring(path.lastIndexOf('/') + 1);
    if (field.equals("ports")) {
      if (list.path(0).has("containerPort")) {
        return Optional.of(new MergeKeys(List.of("containerPort", "protocol")));
      }
      return path.equals("/spec/ports")
          ? Optional.of(new MergeKeys(List.of("port", "protocol")))
          : Optional.empty();
    }
    return list.path(0).isObject()
        ? Optional.ofNullable(BY_LIST.get(field)).map(MergeKeys::new)
        : Optional.empty();
  }

  /** The items by identity, in their order; of items with the same identity all are kept. */
  Map<String, List<JsonNode>> index(JsonNode list) {
    Map<String, List<JsonNode>> index = new LinkedHashMap<>();
    list.forEach(item -> index.computeIfAbsent(identity(item), key -> new ArrayList<>()).add(item));
    return index;
  }

  private String identity(JsonNode item) {
    // The API server fills in the protocol where we leave it out.
    return String.join(
        ",",
        fields.stream()
            .map(key -> item.path(key).asText(key.equals("protocol") ? "TCP" : ""))
            .toList());
  }
}
