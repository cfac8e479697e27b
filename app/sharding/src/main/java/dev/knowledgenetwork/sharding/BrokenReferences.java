package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.ReferenceException.Obstacle;
import dev.knowledgenetwork.sharding.ShardTransactions.Work;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a constraint says that refuses a change because of references. Its name tells: {@code
 * <table>_<field>_fkey} of the table that refers, {@code <table>_<field>_acyclic} of a trigger that
 * keeps a tree one.
 */
final class BrokenReferences {
  private static final String FOREIGN_KEY_VIOLATION = "23503";
  private static final String ACYCLIC = "_acyclic";

  private BrokenReferences() {}

  /** What a constraint of a table means. */
  private interface Meaning {
    Obstacle of(String table, String constraint);
  }

  /** Work on a row that is written: a reference in it may lead nowhere. */
  static <T> Work<T> ofWritten(Work<T> work) {
    return explained(work, BrokenReferences::written);
  }

  /** Work on a row that goes: others may refer to it. */
  static <T> Work<T> ofDeleted(Work<T> work) {
    return explained(work, (table, constraint) -> new Obstacle.InUse(table));
  }

  private static Obstacle written(String table, String constraint) {
    String field = constraint.substring(table.length() + 1, constraint.lastIndexOf('_'));
    return constraint.endsWith(ACYCLIC) ? new Obstacle.Circular(field) : new Obstacle.Broken(field);
  }

  private static <T> Work<T> explained(Work<T> work, Meaning meaning) {
    return (connection, route) -> {
      try {
        return work.run(connection, route);
      } catch (SQLException e) {
        ServerErrorMessage message = message(e);
        if (message == null || message.getTable() == null || message.getConstraint() == null) {
          throw e;
        }
        throw new ReferenceException(meaning.of(message.getTable(), message.getConstraint()));
      }
    };
  }

  private static @Nullable ServerErrorMessage message(SQLException failure) {
    return FOREIGN_KEY_VIOLATION.equals(failure.getSQLState())
            && failure instanceof PSQLException postgres
        ? postgres.getServerErrorMessage()
        : null;
  }
}
