package dev.knowledgenetwork.operator.core.operation;

import java.util.function.BinaryOperator;

/**
 * Something in the templates that operations may keep as it is for a while. Two knobs are the same
 * by their name.
 *
 * @param name for logs
 * @param type of its value
 * @param merge which value holds where two operations keep the same
 */
public record Knob<T>(String name, Class<T> type, BinaryOperator<T> merge) {}
