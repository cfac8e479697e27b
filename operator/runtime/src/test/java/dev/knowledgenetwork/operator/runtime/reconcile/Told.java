package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.crds.common.Condition;
import dev.knowledgenetwork.crds.common.Conditioned;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions of an object that may not have a status yet. */
final class Told {

  private Told() {}

  static List<Condition> of(@Nullable Conditioned status) {
    return status == null ? List.of() : status.conditions();
  }
}
