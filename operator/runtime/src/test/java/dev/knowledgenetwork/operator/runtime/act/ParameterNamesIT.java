package dev.knowledgenetwork.operator.runtime.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import dev.knowledgenetwork.operator.runtime.kit.Minted;
import dev.knowledgenetwork.operator.runtime.kit.PostgresServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list that specs are judged by against the server that it describes. */
class ParameterNamesIT {

  private static final String LIST =
      "dev/knowledgenetwork/operator/core/shardset/rules/postgresql-17-parameters.txt";
  private static final String QUERY =
      """
      select name || ' ' || context from pg_settings
       where position('.' in name) = 0 order by name collate "C"
      """;

  @Test
  void theListOfParametersIsTheServers() throws Exception {
    Minted secrets =
        new Minted()
            .with("ca", new Entry.Authority("test"))
            .with("tls", new Entry.Certificate("ca", "server", List.of("server")))
            .with("login", new Entry.Password("password"));
    try (PostgresServer server =
            new PostgresServer(
                secrets.value("tls", "tls.crt"),
                secrets.value("tls", "tls.key"),
                secrets.value("login", "password"));
        Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(17);
      List<String> names = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(QUERY)) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      assertThat(list())
          .as("write into " + LIST + " what is asked for here: " + QUERY)
          .containsExactlyElementsOf(names);
    }
  }

  private static List<String> list() throws Exception {
    try (InputStream in = ParameterNamesIT.class.getClassLoader().getResourceAsStream(LIST)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }
}
