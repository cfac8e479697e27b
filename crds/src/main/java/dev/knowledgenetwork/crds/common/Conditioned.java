package dev.knowledgenetwork.crds.common;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A status with conditions. */
public interface Conditioned {

  /** The generation that this status describes; null before the first write. */
  @Nullable Long observedGeneration();

  /** At most one condition of a type. */
  List<Condition> conditions();

  /** Long or disruptive work that goes on, or that was asked for by annotation. */
  default List<OperationState> operations() {
    return List.of();
  }
}
