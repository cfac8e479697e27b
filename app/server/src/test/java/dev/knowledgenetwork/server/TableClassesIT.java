package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code -Dtables.write=true} writes the classes anew. */
class TableClassesIT {

  @Test
  void theCommittedClassesOfTablesAreWhatTheMigrationsMake() throws IOException {
    Map<Path, String> made = TableClasses.generate();
    if (Boolean.getBoolean("tables.write")) {
      TableClasses.write(made);
    }
    assertThat(TableClasses.committed())
        .as("run with -Dtables.write=true")
        .isNotEmpty()
        .isEqualTo(made);
  }
}
