package dev.knowledgenetwork.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationScriptsTest {

  @Test
  void theListOfScriptsIsTheDirectory() throws IOException {
    try (Stream<Path> files =
        Files.list(Path.of("src/main/resources", MigrationScripts.DIRECTORY))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(MigrationScripts.FILES);
    }
  }
}
