package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.ReferenceException;
import dev.knowledgenetwork.kernel.ReferenceException.Obstacle;
import dev.knowledgenetwork.sharding.ShardTransactions.Work;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a constraint says that refuses a change because of references. Its name tells: {@code
 * <table>_<field>_fkey} of the table that refers, {@code <table>_<field>_acyclic} of a trigger that
 * keeps a tree one. What has another name is no reference of a resource and stays a failure.
 */
final class BrokenReferences {
  private static final String FOREIGN_KEY_VIOLATION = "23503";
  private static final String FOREIGN_KEY = "_fkey";
  private static final String ACYCLIC = "_acyclic";

  private BrokenReferences() {}

  /** What a constraint of a table means; empty where its name does not tell. */
  private interface Meaning {
    Optional<Obstacle> of(String table, String constraint);
  }

  /** Work on a row that is written: a reference in it may lead nowhere. */
  static <T> Work<T> ofWritten(Work<T> work) {
    return explained(work, BrokenReferences::written);
  }

  /** Work on a row that goes: others may refer to it. */
  static <T> Work<T> ofDeleted(Work<T> work) {
    return explained(work, (table, constraint) -> Optional.of(new Obstacle.InUse(table)));
  }

  private static Optional<Obstacle> written(String table, String constraint) {
    return field(table, constraint, FOREIGN_KEY)
        .<Obstacle>map(Obstacle.Broken::new)
        .or(() -> field(table, constraint, ACYCLIC).map(Obstacle.Circular::new));
  }

  private static Optional<String> field(String table, String constraint, String kind) {
    String start = table + "_";
    return constraint.startsWith(start)
            && constraint.endsWith(kind)
            && constraint.length() > start.length() + kind.length()
        ? Optional.of(constraint.substring(start.length(), constraint.length() - kind.length()))
        : Optional.empty();
  }

  private static <T> Work<T> explained(Work<T> work, Meaning meaning) {
    return (connection, route) -> {
      try {
        return work.run(connection, route);
      } catch (SQLException e) {
        Optional<Obstacle> obstacle = obstacle(e, meaning);
        if (obstacle.isPresent()) {
          throw new ReferenceException(obstacle.get());
        }
        throw e;
      }
    };
  }

  private static Optional<Obstacle> obstacle(SQLException failure, Meaning meaning) {
    if (!FOREIGN_KEY_VIOLATION.equals(failure.getSQLState())
        || !(failure instanceof PSQLException postgres)) {
      return Optional.empty();
    }
    ServerErrorMessage message = postgres.getServerErrorMessage();
    return message == null || message.getTable() == null || message.getConstraint() == null
        ? Optional.empty()
        : meaning.of(message.getTable(), message.getConstraint());
  }
}
