package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Columns and the values they get, in the order given. Their names are not input of a user. */
public final class Columns {

  @FunctionalInterface
  private interface Binding {
    void bind(Connection connection, PreparedStatement statement, int at) throws SQLException;
  }

  private final List<String> names = new ArrayList<>();
  private final List<Binding> bindings = new ArrayList<>();

  /** A text; null stores null. */
  public Columns text(String column, @Nullable String value) {
    return add(
        column,
        (connection, statement, at) -> {
          if (value == null) {
            statement.setNull(at, Types.VARCHAR);
          } else {
            statement.setString(at, value);
          }
        });
  }

  /** An array of texts. */
  public Columns texts(String column, List<String> values) {
    return add(
        column,
        (connection, statement, at) ->
            statement.setArray(at, connection.createArrayOf("text", values.toArray())));
  }

  /** A text that may change: one that is kept is left out, one that is cleared becomes null. */
  public <T> Columns text(String column, Change<T> change, Function<T, String> text) {
    return switch (change) {
      case Change.Keep<T> ignored -> this;
      case Change.Replace<T>(var value) -> text(column, text.apply(value));
      case Change.Clear<T> ignored -> text(column, null);
    };
  }

  /** An array of texts that may change: one that is kept is left out. */
  public Columns texts(String column, Change<List<String>> change) {
    return switch (change) {
      case Change.Keep<List<String>> ignored -> this;
      case Change.Replace<List<String>>(var values) -> texts(column, values);
      case Change.Clear<List<String>> ignored -> texts(column, List.of());
    };
  }

  private Columns add(String name, Binding binding) {
    names.add(name);
    bindings.add(binding);
    return this;
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  List<String> names() {
    return names;
  }

  /** Sets the values from a parameter on; answers the parameter after the last. */
  int bind(Connection connection, PreparedStatement statement, int first) throws SQLException {
    int at = first;
    for (Binding binding : bindings) {
      binding.bind(connection, statement, at++);
    }
    return at;
  }
}
