package dev.knowledgenetwork.server;

import java.util.Set;

/**
 * Where a process answers.
 *
 * @param roots paths that are served with all that is below them
 */
record ServedPaths(Set<String> roots) {

  boolean contain(String path) {
    return roots.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
  }
}
