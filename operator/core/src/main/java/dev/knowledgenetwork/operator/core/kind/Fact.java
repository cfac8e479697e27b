package dev.knowledgenetwork.operator.core.kind;

/**
 * A question that is put to targets again and again, off the reconcile threads, with the type of
 * its answer. Two facts are the same by their name.
 *
 * @param name as in metrics: {@code patroni}, {@code database}
 * @param type of an answer, a value compared by equals
 */
public record Fact<V>(String name, Class<V> type) {}
