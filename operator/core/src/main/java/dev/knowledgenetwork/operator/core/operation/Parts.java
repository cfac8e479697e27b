package dev.knowledgenetwork.operator.core.operation;

import dev.knowledgenetwork.operator.core.plan.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parts of an object that operations may work at.
 *
 * @param known whether that is all; otherwise nothing is known of any part, or nothing may be done
 *     to it, and operations stay as they are
 * @param contexts how operations see each part
 */
public record Parts<C>(boolean known, Map<Target, C> contexts) {

  /** Copies the map; its order stays. */
  public Parts {
    contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
  }

  /** Of an object that is left alone. */
  public static <C> Parts<C> unknown() {
    return new Parts<>(false, Map.of());
  }

  /** These and no others. */
  public static <C> Parts<C> of(Map<Target, C> contexts) {
    return new Parts<>(true, contexts);
  }
}
