package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.collections.Collections;
import dev.knowledgenetwork.sharding.Shards;
import java.util.List;
import java.util.stream.Stream;

/** Migrations for the tests of documents, which refer to collections. */
final class Migrations {

  /** All that documents need. */
  static final List<String> ALL =
      Stream.concat(
              Shards.MIGRATIONS.stream(),
              Stream.of(new Collections(), new Documents())
                  .flatMap(module -> module.migrations().stream()))
          .toList();

  private Migrations() {}

  /** Those up to a version. */
  static List<String> upTo(int version) {
    return ALL.stream()
        .filter(file -> Integer.parseInt(file.substring(1, file.indexOf('_'))) <= version)
        .toList();
  }
}
