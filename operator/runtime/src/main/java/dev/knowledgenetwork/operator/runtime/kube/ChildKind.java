package dev.knowledgenetwork.operator.runtime.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * How children of one kind are watched.
 *
 * @param selector labels of those that are watched
 * @param strip drops what nothing here reads, before the object is stored; may change its argument
 * @param matters whether an update from the first to the second object wakes the owner
 */
record ChildKind<T extends HasMetadata>(
    Class<T> type, String selector, UnaryOperator<T> strip, BiPredicate<T, T> matters) {

  /** Every update counts, and only managed fields are dropped. */
  static <T extends HasMetadata> ChildKind<T> plain(Class<T> type) {
    return new ChildKind<>(
        type, ChildInformers.SELECTOR, UnaryOperator.identity(), ChildKind::changed);
  }

  /** Whether two versions differ at all; a re-list repeats equal ones. */
  static boolean changed(HasMetadata before, HasMetadata after) {
    return !before
        .getMetadata()
        .getResourceVersion()
        .equals(after.getMetadata().getResourceVersion());
  }
}
