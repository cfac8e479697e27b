package dev.knowledgenetwork.sharding;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What an error of the database means for the operation that met it. */
final class Failures {

  /** What to do next. The names are label values of the metric of retries. */
  enum Reaction {
    /** The bucket is elsewhere: learn the newer topology. */
    MOVED,
    /** No connection, or it broke: worth another attempt. */
    CONNECTION,
    /**
     * All connections of the pool were busy for as long as one may wait. A server that answers
     * others is too slow for all of them; one that answers nobody may be in a failover.
     */
    BUSY,
    /** The server is no primary now: another connection, another attempt. */
    READ_ONLY,
    /** Lost against another transaction: another attempt. */
    CONFLICT,
    /** Time or resources ran out: tell the caller to come back. */
    OVERLOAD,
    /**
     * A database, table or right was taken away, and may come back: tell the caller to come back.
     */
    UNPREPARED,
    /** A fault of ours: no attempt helps. */
    FAULT
  }

  private static final String UNCONNECTED = "08001";

  /** Classes of errors whose messages name what the schema names: 42 and missing databases. */
  private static final Set<String> OF_NAMES = Set.of("42", "3D", "3F");

  private static final String SILENT =
      ": no answer in time. The server is away, or the network policies keep this pod out because"
          + " it lacks the label knowledgenetwork.dev/database-client: <name of the ShardSet>";

  private Failures() {}

  static Reaction reaction(SQLException failure) {
    String state = failure.getSQLState();
    // The pool wraps the reason why it has no connection; without one, it has them and none is
    // free.
    if (failure instanceof SQLTransientConnectionException) {
      return failure.getCause() == null ? Reaction.BUSY : Reaction.CONNECTION;
    }
    if (state == null) {
      return Reaction.CONNECTION;
    }
    return switch (state) {
      case "KN001" -> Reaction.MOVED;
      case "25006" -> Reaction.READ_ONLY;
      case "40001", "40P01", "55P03" -> Reaction.CONFLICT;
      case "57P01", "57P02", "57P03", "57P05", "53300" -> Reaction.CONNECTION;
      case "57014" -> Reaction.OVERLOAD;
      case "3D000", "3F000", "42501", "42P01" -> Reaction.UNPREPARED;
      default ->
          switch (state.substring(0, 2)) {
            case "08" -> Reaction.CONNECTION;
            case "53", "58" -> Reaction.OVERLOAD;
            default -> Reaction.FAULT;
          };
    };
  }

  /**
   * True if an error that COMMIT met proves that nothing was committed. All others leave it open, a
   * terminated backend too: it may have been waiting for its standby, its commit already written.
   */
  static boolean provesAbort(SQLException commitFailure) {
    @Nullable String state = commitFailure.getSQLState();
    return state != null
        && (state.startsWith("40") && !state.equals("40003") || state.startsWith("23"));
  }

  /**
   * Class and SQLSTATE: enough to search by, nothing of the data; and PostgreSQL's words where they
   * are of tables, columns and rights. What a policy of the network swallows looks like a server
   * that is away, so both are named.
   */
  static String describe(Exception failure) {
    String state = "";
    String words = "";
    boolean answered = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (state.isEmpty() && cause instanceof SQLException sql && sql.getSQLState() != null) {
        state = sql.getSQLState();
        words = words(sql);
      }
      answered |= cause instanceof IOException && !(cause instanceof SocketTimeoutException);
    }
    return failure.getClass().getSimpleName()
        + (state.isEmpty() ? "" : " " + state)
        + (words.isEmpty() ? "" : ": " + words)
        + (state.equals(UNCONNECTED) && !answered ? SILENT : "");
  }

  private static String words(SQLException failure) {
    return failure instanceof PSQLException said
            && said.getServerErrorMessage() != null
            && said.getServerErrorMessage().getMessage() != null
            && OF_NAMES.contains(said.getSQLState().substring(0, 2))
        ? said.getServerErrorMessage().getMessage()
        : "";
  }
}
