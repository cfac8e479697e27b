package dev.knowledgenetwork.kernel;

import java.util.List;

/**
 * What a module contributes to the application. It has no state: the classes it names are made by
 * the container, only in processes whose role needs them.
 */
public interface Capability {

  /**
   * Names of its migrations in {@code db/migration} on the class path, with their {@code .conf}
   * files. Versions are counted over all modules.
   */
  default List<String> migrations() {
    return List.of();
  }

  /** The kinds of resources it has: clients may follow their changes, deleted ones are purged. */
  default List<Aggregate> aggregates() {
    return List.of();
  }

  /** Classes that answer requests; each says by which role and to whom. */
  default List<Class<?>> routes() {
    return List.of();
  }
}
