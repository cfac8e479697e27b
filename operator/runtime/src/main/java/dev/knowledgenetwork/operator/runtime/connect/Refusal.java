package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.workload.Line;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * What PostgreSQL said when it refused: its own words, never those of an exception of ours.
 * Details, which may quote data, are left out.
 *
 * @param answered whether it said anything
 * @param state SQLSTATE
 * @param words its message, fit for a sentence
 * @param hint what it advises; empty where it advises nothing
 */
public record Refusal(boolean answered, String state, String words, String hint) {

  /** SQLSTATE of a login with another password than the server has. */
  private static final String WRONG_PASSWORD = "28P01";

  /** SQLSTATE of a login for which there is no connection: of the server, a role or a database. */
  private static final String TOO_MANY_CONNECTIONS = "53300";

  /** How its message begins where it is the server that has none. */
  private static final List<String> NO_SLOTS =
      List.of("remaining connection slots are reserved", "sorry, too many clients already");

  /** What helps against a certificate that is no longer in force. */
  private static final String EXPIRED =
      "The operator makes another one a month before; one that somebody put there is read by"
          + " pg_reload_conf() in a session of a superuser, once it is in the pod";

  /** Causes of causes that are looked at. */
  private static final int DEEPEST = 16;

  /** Of an exception or a warning. */
  public static Refusal of(SQLException refusal) {
    ServerErrorMessage said = said(refusal);
    String state = Objects.requireNonNullElse(refusal.getSQLState(), "");
    if (hasExpired(refusal)) {
      return new Refusal(true, state, "its certificate is no longer in force", EXPIRED);
    }
    return said == null || said.getMessage() == null
        ? new Refusal(false, state, "no answer", "")
        : new Refusal(true, state, Line.of(said.getMessage()), Line.of(said.getHint()));
  }

  /** It answered, and nobody who verifies it may go on. */
  private static boolean hasExpired(SQLException refusal) {
    return Stream.<Throwable>iterate(refusal, Objects::nonNull, Throwable::getCause)
        .limit(DEEPEST)
        .anyMatch(
            cause ->
                cause instanceof CertificateExpiredException
                    || cause instanceof CertPathValidatorException path
                        && path.getReason() == BasicReason.EXPIRED);
  }

  private static @Nullable ServerErrorMessage said(SQLException refusal) {
    return switch (refusal) {
      case PSQLException answer -> answer.getServerErrorMessage();
      case PSQLWarning warning -> warning.getServerErrorMessage();
      default -> null;
    };
  }

  /** Whether it is only the password that it did not take. */
  public boolean ofPassword() {
    return state.equals(WRONG_PASSWORD);
  }

  /** Whether the server has as many connections as it takes; a limit of a role is another thing. */
  public boolean forWantOfSlots() {
    return state.equals(TOO_MANY_CONNECTIONS) && NO_SLOTS.stream().anyMatch(words::startsWith);
  }

  /** Words and SQLSTATE. */
  public String text() {
    return words + ", SQLSTATE " + state;
  }
}
