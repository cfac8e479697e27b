package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what we want with what there is. Outside the closed paths a field that we do not set may
 * have any value, and lists that the API merges by key may hold more; within them there is nothing
 * but what we want and what the API server fills in. Values suffice: who else claims a field that
 * is as we want it does not matter, neither now nor after a restart.
 */
final class Drift {

  private final ClosedPaths closed;
  private final List<Difference> found = new ArrayList<>();

  private Drift(ClosedPaths closed) {
    this.closed = closed;
  }

  /**
   * One field that is not as desired.
   *
   * @param path JSON pointer, with identities in the place of indices where a list has them
   * @param desired what we want; empty when it must be absent
   * @param live what there is; empty when the field is absent
   * @param foreign something that must not be there, or stands where it must not; an apply leaves
   *     such things where they are
   */
  record Difference(String path, String desired, String live, boolean foreign) {}

  /** All differences; empty when everything is as desired. */
  static List<Difference> between(JsonNode desired, JsonNode live, ClosedPaths closed) {
    Drift drift = new Drift(closed);
    drift.compare("", desired, live, false);
    return drift.found;
  }

  private void compare(String path, JsonNode desired, JsonNode live, boolean within) {
    boolean alone = within || closed.begins(path);
    if (Values.isEmpty(desired) && (desired.isMissingNode() || desired.isContainerNode())) {
      if (alone && !ClosedPaths.isDefault(path, live)) {
        found.add(new Difference(path, "", live.toString(), true));
      }
    } else if (desired.isObject()) {
      fields(path, desired, live, alone);
    } else if (desired.isArray()) {
      Optional<MergeKeys> keys = MergeKeys.of(path, desired);
      if (keys.isPresent()) {
        items(path, keys.get().index(desired), keys.get().index(live), alone);
      } else {
        positions(path, desired, live, alone);
      }
    } else if (!Values.same(path, desired, live)
        && !(Values.isEmpty(desired) && Values.isEmpty(live))) {
      String value = live.isMissingNode() ? "" : live.toString();
      found.add(new Difference(path, desired.asText(), value, false));
    }
  }

  private void fields(String path, JsonNode desired, JsonNode live, boolean alone) {
    desired
        .properties()
        .forEach(
            field ->
                compare(
                    Values.child(path, field.getKey()),
                    field.getValue(),
                    live.path(field.getKey()),
                    alone));
    live.properties().stream()
        .filter(field -> !desired.has(field.getKey()))
        .forEach(
            field ->
                compare(
                    Values.child(path, field.getKey()),
                    MissingNode.getInstance(),
                    field.getValue(),
                    alone));
  }

  private void positions(String path, JsonNode desired, JsonNode live, boolean alone) {
    if (desired.size() != live.size()) {
      found.add(new Difference(path, "list of " + desired.size(), live.toString(), false));
      return;
    }
    for (int i = 0; i < desired.size(); i++) {
      compare(path + "/" + i, desired.get(i), live.get(i), alone);
    }
  }

  private void items(
      String path,
      Map<String, List<JsonNode>> desired,
      Map<String, List<JsonNode>> live,
      boolean alone) {
    desired.forEach(
        (identity, items) ->
            compare(
                Values.child(path, identity),
                items.getFirst(),
                live.containsKey(identity)
                    ? live.get(identity).getFirst()
                    : MissingNode.getInstance(),
                alone));
    if (!alone) {
      return;
    }
    live.forEach(
        (identity, items) ->
            items.stream()
                .skip(desired.containsKey(identity) ? 1 : 0)
                .forEach(
                    item ->
                        found.add(
                            new Difference(
                                Values.child(path, identity), "", item.toString(), true))));
    Set<String> order = new LinkedHashSet<>(live.keySet());
    order.retainAll(desired.keySet());
    if (order.size() == desired.size()
        && !List.copyOf(order).equals(List.copyOf(desired.keySet()))) {
      found.add(new Difference(path, desired.keySet().toString(), order.toString(), true));
    }
  }
}
