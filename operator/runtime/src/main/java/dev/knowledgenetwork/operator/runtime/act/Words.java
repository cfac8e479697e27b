package dev.knowledgenetwork.operator.runtime.act;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a server said when it refused: its own words, never those of an exception of ours. */
final class Words {

  private static final int LONGEST = 300;

  private Words() {}

  /** PostgreSQL's message with its SQLSTATE; details, which may quote data, are left out. */
  static String of(SQLException refusal) {
    ServerErrorMessage said =
        refusal instanceof PSQLException answer ? answer.getServerErrorMessage() : null;
    return said == null || said.getMessage() == null
        ? "no answer, SQLSTATE " + refusal.getSQLState()
        : shortened(said.getMessage()) + ", SQLSTATE " + refusal.getSQLState();
  }

  /** On one line and not too long for a condition. */
  static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }
}
