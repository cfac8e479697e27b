package dev.knowledgenetwork.kernel;

import java.util.List;
import java.util.Set;

/**
 * What a module contributes to the application, told as names: it has no state, and the classes it
 * names are made by the container, only in processes whose role needs them.
 */
public interface Capability {

  /**
   * Names of its migrations in {@code db/migration} on the class path, with their {@code .conf}
   * files. Versions are counted over all modules.
   */
  default List<String> migrations() {
    return List.of();
  }

  /** Tables whose rows are deleted by a mark in {@code deleted_at}; the worker removes old ones. */
  default Set<String> softDeletedTables() {
    return Set.of();
  }

  /** Names of the data classes whose changes clients may follow. */
  default Set<String> cacheClasses() {
    return Set.of();
  }

  /** Classes that answer requests; each says by which role and to whom. */
  default List<Class<?>> routes() {
    return List.of();
  }
}
