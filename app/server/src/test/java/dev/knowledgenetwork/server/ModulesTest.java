package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.web.ResourceEndpoint;
import dev.knowledgenetwork.web.ServerRole;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ModulesTest {

  private static final Pattern TABLE =
      Pattern.compile("create table (\\w+) \\((.*?)\\n\\);", Pattern.DOTALL);

  @Test
  void aRoleServesItsOwnPathsOnly() {
    assertThat(serves(ServerRole.API, "/api/v1/documents")).isTrue();
    assertThat(serves(ServerRole.API, "/api/v1/documents/1")).isTrue();
    assertThat(serves(ServerRole.API, "/api/v1/documentsandmore")).isFalse();
    assertThat(serves(ServerRole.API, "/api/v1/events")).isFalse();
    assertThat(serves(ServerRole.REALTIME, "/api/v1/events")).isTrue();
    assertThat(serves(ServerRole.REALTIME, "/api/v1/documents")).isFalse();
    assertThat(serves(ServerRole.WORKER, "/api/v1/documents")).isFalse();
  }

  private static boolean serves(ServerRole role, String path) {
    return Modules.routes(role).contain(path);
  }

  @Test
  void everyKindOfResourceIsServedUnderItsPlural() {
    assertThat(Modules.aggregates())
        .isNotEmpty()
        .allMatch(kind -> serves(ServerRole.API, ResourceEndpoint.ROOT + kind.plural()));
  }

  @Test
  void theApisPageNamesEveryKindWithItsFieldsAndEvents() throws IOException {
    String page = Files.readString(Path.of("../../docs/api.md"));
    for (Aggregate kind : Modules.aggregates()) {
      assertThat(page)
          .contains(ResourceEndpoint.ROOT + kind.plural(), "`" + kind.noun() + ".created`")
          .contains(kind.fields().stream().map(field -> "\"" + field.name() + "\"").toList());
    }
  }

  @Test
  void everyTableWithSoftDeletionIsPurged() throws IOException {
    Set<String> marked = new HashSet<>();
    for (String migration : Modules.migrations()) {
      String sql = new String(resource("db/migration/" + migration), StandardCharsets.UTF_8);
      Matcher table = TABLE.matcher(sql);
      while (table.find()) {
        if (table.group(2).contains("deleted_at")) {
          marked.add(table.group(1));
        }
      }
    }
    assertThat(Modules.aggregates().stream().map(Aggregate::plural))
        .containsExactlyInAnyOrderElementsOf(marked);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Modules.class.getClassLoader().getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void everyMigrationIsListedOnceAndEveryVersionToo() {
    assertThat(Modules.migrations()).doesNotHaveDuplicates();
    List<Integer> numbers =
        Modules.migrations().stream()
            .filter(file -> file.endsWith(".sql"))
            .map(file -> Integer.valueOf(file.substring(1, file.indexOf("__"))))
            .toList();
    assertThat(numbers)
        .as("the next number is %d", Collections.max(numbers) + 1)
        .doesNotHaveDuplicates();
  }
}
