package dev.knowledgenetwork.storage;

import dev.knowledgenetwork.domain.Change;
import dev.knowledgenetwork.domain.PatchDocument;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The UPDATE of a patch: only columns that the patch names are written. */
final class DocumentPatchStatement {

  @FunctionalInterface
  private interface Binding {
    void bind(Connection connection, PreparedStatement statement, int at) throws SQLException;
  }

  private final List<String> assignments = new ArrayList<>();
  private final List<Binding> bindings = new ArrayList<>();

  DocumentPatchStatement(PatchDocument patch) {
    text("title", patch.title());
    text("content", patch.content());
    if (patch.status() instanceof Change.Replace(var status)) {
      column("status", (connection, statement, at) -> statement.setString(at, status.name()));
    }
    text("collection", patch.collection());
    if (patch.tags() instanceof Change.Replace(var tags)) {
      column(
          "tags",
          (connection, statement, at) ->
              statement.setArray(at, DocumentRows.array(connection, tags)));
    }
  }

  /** Text of the statement; its first parameters are those of {@link #bind}. */
  String sql() {
    return "update documents set "
        + String.join("", assignments)
        // Clocks differ between a primary and its successor; the time of change never goes back.
        + "version = version + 1, updated_at = greatest(now(), updated_at)"
        + " where bucket = ? and tenant_id = ? and id = ? and version = ? and deleted_at is null"
        + " returning "
        + DocumentRows.DOCUMENT;
  }

  /** Sets the new values from a parameter on; answers the parameter after the last. */
  int bind(Connection connection, PreparedStatement statement, int first) throws SQLException {
    int at = first;
    for (Binding binding : bindings) {
      binding.bind(connection, statement, at++);
    }
    return at;
  }

  private void text(String column, Change<String> change) {
    switch (change) {
      case Change.Keep<String> ignored -> {}
      case Change.Replace<String>(var value) -> textColumn(column, value);
      case Change.Clear<String> ignored -> textColumn(column, null);
    }
  }

  private void textColumn(String column, @Nullable String value) {
    column(
        column,
        (connection, statement, at) -> {
          if (value == null) {
            statement.setNull(at, Types.VARCHAR);
          } else {
            statement.setString(at, value);
          }
        });
  }

  private void column(String column, Binding binding) {
    assignments.add(column + " = ?, ");
    bindings.add(binding);
  }
}
