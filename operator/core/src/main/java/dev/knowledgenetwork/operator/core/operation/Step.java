package dev.knowledgenetwork.operator.core.operation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where an operation is, with what it has to remember for it.
 *
 * @param name one of the operation's steps
 * @param data short texts, kept in the status; nothing secret
 */
public record Step(String name, Map<String, String> data) {

  /** Copies the data. */
  public Step {
    data = Map.copyOf(data);
  }

  /** A step that has nothing to remember. */
  public static Step of(String name) {
    return new Step(name, Map.of());
  }

  /** Remembering one thing more. */
  public Step with(String key, String value) {
    Map<String, String> more = new HashMap<>(data);
    more.put(key, value);
    return new Step(name, more);
  }

  /** What was remembered under that key. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(data.get(key));
  }
}
