package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.WriteOutcome;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What changes in these tests: notes with a title. */
record Notes(Resources table) {

  private static final Field<String> TITLE = Field.required("title", FieldTypes.line(100));

  static TestShards shards(int count) {
    return TestShards.startMigrated(count, List.of("V1__notes.sql", "V21__event_consumers.sql"));
  }

  static Shards open(TestShards shards, Path directory) {
    return Shards.open(shards.settings(shards.writeTopology(directory)), new SimpleMeterRegistry());
  }

  static Notes of(Shards shards) {
    return new Notes(
        shards.resources(
            new Aggregate(
                "note", "notes", List.of(TITLE), List.of(), List.of(), List.of(), 1 << 16)));
  }

  CreateOutcome<Resource> tryCreate(TenantId tenant) {
    return table.create(tenant, "ann", Values.NONE.with(TITLE, "title"));
  }

  Resource create(TenantId tenant) {
    return ((CreateOutcome.Created<Resource>) tryCreate(tenant)).value();
  }

  WriteOutcome<Resource> patch(TenantId tenant, ResourceId id, long expected) {
    return table.patch(
        tenant, id, expected, Changes.NONE.with(TITLE, new Change.Replace<>("title " + expected)));
  }

  WriteOutcome<Resource> delete(TenantId tenant, ResourceId id) {
    return table.delete(tenant, id, OptionalLong.empty());
  }
}
