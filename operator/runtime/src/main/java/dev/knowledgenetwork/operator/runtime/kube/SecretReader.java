package dev.knowledgenetwork.operator.runtime.kube;

import java.util.Optional;

/** Reads values of Secrets that the operator made, from memory. */
@FunctionalInterface
public interface SecretReader {

  /** The decoded value of a Secret's key, where both exist. */
  Optional<String> secret(String namespace, String name, String key);
}
