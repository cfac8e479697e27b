package dev.knowledgenetwork.operator.runtime.kube;

import java.util.Optional;

/** Reads values of Secrets that the operator made, from memory. */
@FunctionalInterface
public interface SecretReader {

  /** The decoded value of a Secret's key, where both exist. */
  Optional<String> secret(String namespace, String name, String key);

  /**
   * A value of one line, as a login is, without white space around it, which an editor or a shell
   * may have left there; empty where nothing else is there.
   */
  default Optional<String> line(String namespace, String name, String key) {
    return secret(namespace, name, key).map(String::strip).filter(line -> !line.isEmpty());
  }
}
