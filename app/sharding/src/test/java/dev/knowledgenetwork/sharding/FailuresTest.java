package dev.knowledgenetwork.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.sharding.Failures.Reaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class FailuresTest {

  private static final String LABEL = "knowledgenetwork.dev/database-client";

  @ParameterizedTest
  @CsvSource({
    "KN001, MOVED, false",
    "08006, CONNECTION, false",
    "08P01, CONNECTION, false",
    "57P01, CONNECTION, false",
    "57P03, CONNECTION, false",
    "53300, CONNECTION, false",
    "25006, READ_ONLY, false",
    "40001, CONFLICT, true",
    "40P01, CONFLICT, true",
    "40003, FAULT, false",
    "55P03, CONFLICT, false",
    "57014, OVERLOAD, false",
    "53100, OVERLOAD, false",
    "58030, OVERLOAD, false",
    "23514, FAULT, true",
    "42P01, UNPREPARED, false",
    "42501, UNPREPARED, false",
    "3D000, UNPREPARED, false",
    "42703, FAULT, false",
    "KN003, FAULT, false"
  })
  void eachStateHasItsMeaning(String state, Reaction reaction, boolean provesAbort) {
    SQLException failure = new SQLException("x", state);
    assertThat(Failures.reaction(failure)).isEqualTo(reaction);
    assertThat(Failures.provesAbort(failure)).isEqualTo(provesAbort);
  }

  @Test
  void noConnectionInTimeIsWorthAnotherAttemptWhateverTheReason() {
    SQLException why = new SQLException("refused", "28P01");
    assertThat(Failures.reaction(new SQLTransientConnectionException("x", "28P01", why)))
        .isEqualTo(Reaction.CONNECTION);
    assertThat(Failures.reaction(new SQLTransientConnectionException("all are in use")))
        .isEqualTo(Reaction.BUSY);
    assertThat(Failures.provesAbort(new SQLException("x"))).isFalse();
  }

  @Test
  void aDescriptionSaysWhatButQuotesNothing() {
    assertThat(Failures.describe(new SQLException("secret", "42P01")))
        .isEqualTo("SQLException 42P01");
    assertThat(Failures.describe(new UncheckedIOException("secret", new IOException())))
        .isEqualTo("UncheckedIOException");
    assertThat(Failures.describe(said("23505", "key (name)=(secret) exists")))
        .isEqualTo("PSQLException 23505");
  }

  @Test
  void whatIsOnlyOfTheSchemaIsSaidInPostgresqlsWords() {
    assertThat(
            Failures.describe(
                new IllegalStateException(said("42P07", "relation \"documents\" already exists"))))
        .isEqualTo("IllegalStateException 42P07: relation \"documents\" already exists");
  }

  private static PSQLException said(String state, String words) {
    return new PSQLException(new ServerErrorMessage("SERROR\0C%s\0M%s\0".formatted(state, words)));
  }

  @Test
  void whoeverGetsNoAnswerIsToldOfTheLabelThatMayBeMissing() {
    SQLException unanswered =
        new SQLException("x", "08001", new SocketTimeoutException("Connect timed out"));
    SQLException refused = new SQLException("x", "08001", new ConnectException("refused"));
    SQLException broken =
        new SQLException("x", "08006", new SocketTimeoutException("Read timed out"));

    assertThat(Failures.describe(unanswered)).contains("08001", LABEL);
    assertThat(Failures.describe(new SQLException("timed out", "08001"))).contains(LABEL);
    assertThat(
            Failures.describe(
                new SQLTransientConnectionException("no connection", "08001", unanswered)))
        .contains("08001", LABEL);
    assertThat(Failures.describe(new IllegalStateException(unanswered))).contains(LABEL);
    assertThat(Failures.describe(refused)).doesNotContain(LABEL);
    assertThat(Failures.describe(broken)).doesNotContain(LABEL);
  }
}
