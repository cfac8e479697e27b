package dev.knowledgenetwork.kernel;

/** Where resources of all kinds are kept. */
@FunctionalInterface
public interface ResourceStore {

  /** The resources of a kind. */
  Resources of(Aggregate aggregate);
}
