package dev.knowledgenetwork.operator.core.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Set;

/**
 * What the API server fills into a pod template. A field that a later version fills in and that is
 * not known here counts as a difference: that costs an update that changes nothing.
 */
final class Defaults {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> FILLED_IN =
      Set.of(
          "apiVersion",
          "creationTimestamp",
          "defaultMode",
          "dnsPolicy",
          "failureThreshold",
          "imagePullPolicy",
          "periodSeconds",
          "protocol",
          "requests",
          "restartPolicy",
          "schedulerName",
          "scheme",
          "serviceAccount",
          "successThreshold",
          "terminationGracePeriodSeconds",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "timeoutSeconds");

  private static final Set<String> AMOUNTS = Set.of("limits", "requests", "sizeLimit");

  private Defaults() {}

  /** Whether defaults are all in which a live template differs from one that was applied. */
  static boolean explain(PodTemplateSpec live, PodTemplateSpec applied) {
    return explain(JSON.valueToTree(live), JSON.valueToTree(applied), false);
  }

  private static boolean explain(JsonNode live, JsonNode applied, boolean amounts) {
    if (live.isObject() && applied.isObject()) {
      return live.properties().stream()
              .filter(field -> !applied.has(field.getKey()))
              .allMatch(field -> FILLED_IN.contains(field.getKey()) || isNothing(field.getValue()))
          && applied.properties().stream()
              .allMatch(
                  field ->
                      live.has(field.getKey())
                          ? explain(
                              live.get(field.getKey()),
                              field.getValue(),
                              amounts || AMOUNTS.contains(field.getKey()))
                          : isNothing(field.getValue()));
    }
    if (live.isArray() && applied.isArray()) {
      boolean same = live.size() == applied.size();
      for (int i = 0; same && i < live.size(); i++) {
        same = explain(live.get(i), applied.get(i), amounts);
      }
      return same;
    }
    return live.equals(applied)
        || amounts
            && new Quantity(live.asText())
                    .getNumericalAmount()
                    .compareTo(new Quantity(applied.asText()).getNumericalAmount())
                == 0;
  }

  /** The API server leaves these out. */
  private static boolean isNothing(JsonNode value) {
    return value.isNull()
        || (value.isTextual()
            ? value.asText().isEmpty()
            : value.isContainerNode() && value.isEmpty());
  }
}
