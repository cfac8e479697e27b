package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.regex.Pattern;

/** When two values of a field mean the same to the API server. */
final class Values {

  /** Where the API server may write an equal amount in another way. */
  private static final Pattern QUANTITY =
      Pattern.compile(".*/(limits|requests|capacity|hard)/[^/]+|.*/sizeLimit");

  private Values() {}

  /** The JSON pointer of a field below another one. */
  static String child(String path, String field) {
    return path + "/" + field.replace("~", "~0").replace("/", "~1");
  }

  /** Absent, null, and empty texts, lists and maps are all the same. */
  static boolean isEmpty(JsonNode node) {
    return node.isMissingNode()
        || node.isNull()
        || node.isContainerNode() && node.isEmpty()
        || node.isTextual() && node.asText().isEmpty();
  }

  /** Compares what is no list and no map; a number may be written as a text. */
  static boolean same(String path, JsonNode desired, JsonNode live) {
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
}
