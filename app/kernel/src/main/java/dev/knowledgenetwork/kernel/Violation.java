package dev.knowledgenetwork.kernel;

/**
 * One thing wrong with a command.
 *
 * @param field name of the field, {@code tags[3]} for an item
 * @param message what is required, for a person
 */
public record Violation(String field, String message) {}
