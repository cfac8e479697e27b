package dev.knowledgenetwork.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnSchemaTest {

  @Test
  void the_script_leaves_the_version_that_the_class_names() {
    assertThat(KnSchema.sql())
        .contains("insert into kn.schema_version (version) values (" + KnSchema.VERSION + ")")
        .contains("from kn.schema_version) > " + KnSchema.VERSION + " then");
  }

  @Test
  void functions_that_run_with_the_rights_of_their_owner_pin_the_search_path() {
    String[] functions = KnSchema.sql().split("create or replace function ");
    assertThat(functions).filteredOn(f -> f.contains("security definer")).isNotEmpty();
    assertThat(functions)
        .filteredOn(f -> f.contains("security definer"))
        .allMatch(f -> f.contains("set search_path = pg_catalog, pg_temp"));
  }
}
