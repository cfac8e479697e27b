package dev.knowledgenetwork.operator.runtime.act;

import dev.knowledgenetwork.operator.core.workload.Line;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a server said when it refused: its own words, never those of an exception of ours. */
final class Words {

  private Words() {}

  /** PostgreSQL's message with its SQLSTATE; details, which may quote data, are left out. */
  static String of(SQLException refusal) {
    ServerErrorMessage said =
        refusal instanceof PSQLException answer ? answer.getServerErrorMessage() : null;
    return said == null || said.getMessage() == null
        ? "no answer, SQLSTATE " + refusal.getSQLState()
        : Line.of(said.getMessage()) + ", SQLSTATE " + refusal.getSQLState();
  }
}
