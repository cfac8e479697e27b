package dev.knowledgenetwork.web;

import java.util.Optional;
import org.jose4j.keys.resolvers.VerificationKeyResolver;

/** Keys that sign tokens, in memory: no request waits for whoever publishes them. */
interface TokenKeys extends VerificationKeyResolver, AutoCloseable {

  /** What is wrong with them; empty while they are read as they should be. */
  Optional<KeyTrouble> trouble();

  @Override
  default void close() {}
}
