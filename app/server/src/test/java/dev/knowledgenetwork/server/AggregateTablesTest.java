package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Capability;
import dev.knowledgenetwork.sharding.ResourceTables;
import java.util.stream.Stream;
import org.jooq.Table;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of resource has the table that its statements ask for. */
class AggregateTablesTest {

  static Stream<Arguments> kinds() {
    return Modules.all().stream()
        .flatMap(module -> module.aggregates().stream().map(kind -> Arguments.of(module, kind)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyFieldHasItsColumn(Capability module, Aggregate kind)
      throws ReflectiveOperationException {
    assertThat(ResourceTables.faults(kind, table(module, kind))).isEmpty();
  }

  /** The generated class: see {@link TableClasses}. */
  private static Table<?> table(Capability module, Aggregate kind)
      throws ReflectiveOperationException {
    String plural = kind.plural();
    String type = Character.toUpperCase(plural.charAt(0)) + plural.substring(1) + "Table";
    return (Table<?>)
        Class.forName(module.getClass().getPackageName() + ".tables." + type)
            .getConstructor()
            .newInstance();
  }
}
