package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the one patch that brings an object to what {@link Drift} compares it with: what we want is
 * put there, what is foreign within closed paths goes, all else stays as it is. It is a merge patch
 * because server-side apply cannot take away what another manager put there.
 */
final class Correction {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ClosedPaths closed;

  private Correction(ClosedPaths closed) {
    this.closed = closed;
  }

  /** A JSON merge patch (RFC 7396), to be sent only to the version that was compared. */
  static ObjectNode patch(JsonNode desired, JsonNode live, ClosedPaths closed) {
    return difference(live, new Correction(closed).corrected("", desired, live, false));
  }

  /** What should be there; missing when nothing should. */
  private JsonNode corrected(String path, JsonNode desired, JsonNode live, boolean within) {
    boolean alone = within || closed.begins(path);
    if (Values.isEmpty(desired) && Values.isEmpty(live)) {
      return live;
    }
    if (Values.isEmpty(desired) && (desired.isMissingNode() || desired.isContainerNode())) {
      return alone && !ClosedPaths.isDefault(path, live) ? MissingNode.getInstance() : live;
    }
    if (live.isMissingNode() || live.isNull()) {
      return desired;
    }
    if (desired.isObject()) {
      return live.isObject() ? fields(path, desired, live, alone) : desired;
    }
    if (desired.isArray()) {
      Optional<MergeKeys> keys = MergeKeys.of(path, desired);
      return keys.isPresent()
          ? items(path, keys.get().index(desired), keys.get().index(live), alone)
          : positions(path, desired, live, alone);
    }
    return Values.same(path, desired, live) ? live : desired;
  }

  private JsonNode fields(String path, JsonNode desired, JsonNode live, boolean alone) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    live.properties().forEach(field -> all.put(field.getKey(), MissingNode.getInstance()));
    desired.properties().forEach(field -> all.put(field.getKey(), field.getValue()));
    ObjectNode fields = JSON.objectNode();
    all.forEach(
        (key, value) -> {
          JsonNode child = corrected(Values.child(path, key), value, live.path(key), alone);
          if (!child.isMissingNode()) {
            fields.set(key, child);
          }
        });
    return fields;
  }

  private JsonNode positions(String path, JsonNode desired, JsonNode live, boolean alone) {
    if (desired.size() != live.size()) {
      return desired;
    }
    List<JsonNode> items = new ArrayList<>();
    for (int i = 0; i < desired.size(); i++) {
      items.add(corrected(path + "/" + i, desired.get(i), live.get(i), alone));
    }
    return JSON.arrayNode().addAll(items);
  }

  private JsonNode items(
      String path,
      Map<String, List<JsonNode>> desired,
      Map<String, List<JsonNode>> live,
      boolean alone) {
    // In our order where the list is ours alone; else where they are, ours overlaid.
    Set<String> order = new LinkedHashSet<>(alone ? Set.of() : live.keySet());
    order.addAll(desired.keySet());
    List<JsonNode> items = new ArrayList<>();
    for (String identity : order) {
      if (desired.containsKey(identity)) {
        items.add(
            corrected(
                Values.child(path, identity),
                desired.get(identity).getFirst(),
                live.containsKey(identity)
                    ? live.get(identity).getFirst()
                    : MissingNode.getInstance(),
                alone));
      } else {
        items.addAll(live.get(identity));
      }
    }
    return JSON.arrayNode().addAll(items);
  }

  private static ObjectNode difference(JsonNode before, JsonNode after) {
    ObjectNode patch = JSON.objectNode();
    before.properties().stream()
        .filter(field -> !after.has(field.getKey()))
        .forEach(field -> patch.putNull(field.getKey()));
    after
        .properties()
        .forEach(
            field -> {
              JsonNode old = before.path(field.getKey());
              if (old.isObject() && field.getValue().isObject()) {
                ObjectNode below = difference(old, field.getValue());
                if (!below.isEmpty()) {
                  patch.set(field.getKey(), below);
                }
              } else if (!old.equals(field.getValue())) {
                patch.set(field.getKey(), field.getValue());
              }
            });
    return patch;
  }
}
