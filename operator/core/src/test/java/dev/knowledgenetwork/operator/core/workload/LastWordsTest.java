package dev.knowledgenetwork.operator.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastWordsTest {

  private static final String LOOP =
      "2026-11-26 16:00:09,120 INFO: Lock owner: None; I am kn-s0-0\n";

  @Test
  void theNewestErrorThatEndedPostgresqlIsToldThoughPatroniGoesOn() {
    assertThat(
            LastWords.complaint(
                """
                2026-11-26 16:00:01.100 UTC [31] FATAL:  could not create shared memory segment
                2026-11-26 16:00:05.100 UTC [37] FATAL:  could not map anonymous shared memory: Cannot allocate memory
                2026-11-26 16:00:05.100 UTC [37] HINT:  This error usually means that PostgreSQL's request failed.
                2026-11-26 16:00:08,010 ERROR: postmaster is not running
                """
                    + LOOP))
        .contains("FATAL: could not map anonymous shared memory: Cannot allocate memory");
  }

  @Test
  void whoWasConnectedIsLeftOut() {
    assertThat(
            LastWords.complaint(
                "2026-11-26 16:00:05.100 UTC [37] kn_app@kn pooler PANIC:  could not write to file\n"))
        .contains("PANIC: could not write to file");
  }

  @Test
  void whatPassesByItselfIsNoReason() {
    assertThat(
            LastWords.complaint(
                """
                2026-11-26 16:00:05.100 UTC [37] FATAL:  the database system is starting up
                2026-11-26 16:00:05.100 UTC [38] FATAL:  terminating connection due to administrator command
                """
                    + LOOP))
        .isEmpty();
  }

  @Test
  void ofAFileWithErrorsTheErrorIsTold() {
    assertThat(
            LastWords.complaint(
                """
                2026-11-26 16:00:05.100 UTC [37] LOG:  invalid value for parameter "log_timezone": "Mars/Olympus"
                2026-11-26 16:00:05.100 UTC [37] FATAL:  configuration file "/x/postgresql.conf" contains errors
                """))
        .contains("LOG: invalid value for parameter \"log_timezone\": \"Mars/Olympus\"");
  }

  @Test
  void patroniHasTheWordWherePostgresqlSaysNothing() {
    String error =
        "2026-11-26 16:00:08,010 ERROR: Request to server https://10.0.0.1:443 failed:"
            + " <HTTPSConnection object at 0x7f3a2c11d0> 401\n";
    assertThat(LastWords.complaint(error + LOOP))
        .contains(
            "ERROR: Request to server https://10.0.0.1:443 failed: <HTTPSConnection object at"
                + " 0x...> 401");
    assertThat(LastWords.complaint(LOOP)).isEmpty();
  }

  @Test
  void othersHaveTheirOwnWayToSaySo() {
    assertThat(LastWords.complaint("2026-11-26 16:00:05.100 UTC [1] FATAL cannot load config file"))
        .contains("FATAL cannot load config file");
    assertThat(LastWords.complaint("initdb: error: invalid locale name \"xx\"\n" + LOOP))
        .contains("initdb: error: invalid locale name \"xx\"");
  }

  @Test
  void ofLinesOfJsonTheNewestErrorIsToldAndNothingElse() {
    String error =
        """
        {"timestamp":"2026-11-26T16:00:05Z","level":"ERROR","message":"the name \\"db\\" is not known","threadName":"main"}
        """;
    String info =
        """
        {"timestamp":"2026-11-26T16:00:06Z","level":"INFO","message":"stopped in 34.553s","threadName":"main"}
        """;
    assertThat(LastWords.complaint(error + info)).contains("the name \"db\" is not known");
    assertThat(LastWords.complaint(info)).isEmpty();
    assertThat(LastWords.last(info)).as("it ended because it was told to").isEmpty();
  }

  @Test
  void ofTheLastLineTimeAndProcessAreLeftOut() {
    assertThat(LastWords.last("2026-11-26 16:00:05.100 UTC [1] it is over.\n\n"))
        .contains("it is over");
    assertThat(LastWords.last("\n")).isEmpty();
  }
}
