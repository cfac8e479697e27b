package dev.knowledgenetwork.server;

import dev.knowledgenetwork.collections.Collections;
import dev.knowledgenetwork.documents.Documents;
import dev.knowledgenetwork.events.Events;
import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Capability;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.web.Routes;
import dev.knowledgenetwork.web.ServedBy;
import dev.knowledgenetwork.web.ServerRole;
import java.util.List;
import java.util.stream.Stream;

/**
 * The modules of the application: the only place that names a capability's classes. Every role is
 * made of all of them and takes from each what is its own: migrate the migrations, api and realtime
 * the routes that say so, the worker the kinds to purge.
 */
final class Modules {

  private static final List<Capability> ALL =
      List.of(new Collections(), new Documents(), new Events());

  private Modules() {}

  /** All modules. */
  static List<Capability> all() {
    return ALL;
  }

  /** Names of all migrations, those of the platform's own tables among them. */
  static List<String> migrations() {
    return Stream.concat(
            Shards.MIGRATIONS.stream(),
            ALL.stream().flatMap(module -> module.migrations().stream()))
        .toList();
  }

  /** All kinds of resources. */
  static List<Aggregate> aggregates() {
    return ALL.stream().flatMap(module -> module.aggregates().stream()).toList();
  }

  /** What a role serves. */
  static Routes routes(ServerRole role) {
    return Routes.of(
        ALL.stream()
            .flatMap(module -> module.routes().stream())
            .filter(route -> route.getAnnotation(ServedBy.class).value() == role)
            .toList());
  }
}
