package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** The table of these tests: notes with a title. */
record Notes(ResourceTable<Notes.Note, Notes.Note> table) {

  /** What {@link TestShards#startMigrated} applies for it. */
  static final List<String> MIGRATIONS =
      List.of("V1__notes.sql", "V2__notes_by_label.sql", "V2__notes_by_label.sql.conf");

  /** One of them. */
  record Note(ResourceId id, TenantId tenant, String title, long version) {}

  private static final String COLUMNS = "id, title, version";

  static Notes of(Shards shards) {
    return new Notes(
        shards.table(
            new TableMapping<>(
                "notes",
                COLUMNS,
                Notes::note,
                Note::version,
                new TableMapping.Items<>(COLUMNS, Notes::note))));
  }

  static Columns columns() {
    return new Columns().text("title", "title").text("author", "author");
  }

  /** Stores a note; fails where it is not known whether it was stored. */
  Note create(TenantId tenant) {
    return ((CreateOutcome.Created<Note>) table.create(tenant, columns())).value();
  }

  private static Note note(TenantId tenant, ResultSet row) throws SQLException {
    return new Note(
        new ResourceId(row.getObject("id", UUID.class)),
        tenant,
        row.getString("title"),
        row.getLong("version"));
  }
}
