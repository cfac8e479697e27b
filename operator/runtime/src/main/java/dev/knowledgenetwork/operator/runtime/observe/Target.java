package dev.knowledgenetwork.operator.runtime.observe;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.util.Optional;

/** Something that is asked how it is, on behalf of an owner. */
public interface Target {

  /** Who is woken when the answer changes. */
  Owner owner();

  /** Tells the targets of one owner apart, as in the name of a shard. */
  String part();

  /**
   * One shard of a ShardSet.
   *
   * @param instances how many PostgreSQL instances it should have
   */
  record Shard(Owner owner, String part, int instances) implements Target {}

  /**
   * A cache.
   *
   * @param external the user's own cache; empty: the Valkey that the operator runs
   */
  record Cache(Owner owner, String part, Optional<External> external) implements Target {}

  /**
   * A cache that the operator does not run.
   *
   * @param secret the user's Secret with {@code username}, {@code password} and, with TLS, {@code
   *     ca.crt}
   */
  record External(Addresses.HostPort address, boolean tls, String secret) {}
}
