package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import java.util.List;

/** The table of these tests: notes with a title. */
record Notes(Resources table) {

  /** What {@link TestShards#startMigrated} applies for it. */
  static final List<String> MIGRATIONS =
      List.of("V1__notes.sql", "V2__notes_by_label.sql", "V2__notes_by_label.sql.conf");

  private static final Field<String> TITLE = Field.required("title", FieldTypes.line(100));

  static final Values TITLED = Values.NONE.with(TITLE, "title");

  static Notes of(Shards shards) {
    return new Notes(
        shards.resources(
            new Aggregate(
                "note", "notes", List.of(TITLE), List.of(), List.of(), List.of(), 1 << 16)));
  }

  /** Stores a note; fails where it is not known whether it was stored. */
  Resource create(TenantId tenant) {
    return ((CreateOutcome.Created<Resource>) table.create(tenant, "author", TITLED)).value();
  }
}
