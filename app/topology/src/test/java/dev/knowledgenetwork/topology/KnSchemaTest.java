package dev.knowledgenetwork.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnSchemaTest {

  @Test
  void theScriptLeavesTheVersionThatTheClassNames() {
    assertThat(KnSchema.sql())
        .contains("insert into kn.schema_version (version) values (" + KnSchema.VERSION + ")")
        .contains("from kn.schema_version) > " + KnSchema.VERSION + " then");
  }

  @Test
  void functionsThatRunWithTheRightsOfTheirOwnerPinTheSearchPath() {
    String[] functions = KnSchema.sql().split("create or replace function ");
    assertThat(functions).filteredOn(f -> f.contains("security definer")).isNotEmpty();
    assertThat(functions)
        .filteredOn(f -> f.contains("security definer"))
        .allMatch(f -> f.contains("set search_path = pg_catalog, pg_temp"));
  }
}
