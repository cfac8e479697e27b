package dev.knowledgenetwork.operator.core.operation;

/**
 * An operation is due.
 *
 * @param id of the request that asked for it: it is done once for each; empty where the spec or the
 *     world calls for it
 * @param step its first
 */
public record Beginning(String id, Step step) {

  /** Due as long as the spec or the world calls for it. */
  public static Beginning unasked(Step step) {
    return new Beginning("", step);
  }
}
