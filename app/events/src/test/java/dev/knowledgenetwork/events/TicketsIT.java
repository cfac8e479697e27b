package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.events.Tickets.Ticket;
import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.Shards;
import dev.knowledgenetwork.sharding.TestShards;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketsIT {

  private static final Caller ANN =
      new Caller(
          new TenantId("größe/1"),
          "ann",
          Set.of("reader", "writer"),
          Instant.parse("2040-01-01T00:00:00Z"));

  private static TestShards shards;
  private static Shards storage;

  private final Tickets tickets = new Tickets(storage.transactions());

  @BeforeAll
  static void start(@TempDir Path directory) {
    shards = Notes.shards(1);
    storage = Notes.open(shards, directory);
  }

  @AfterAll
  static void stop() {
    storage.close();
    shards.close();
  }

  @Test
  void aTicketIsItsCallerOnceInAnyProcess() {
    Ticket ticket = tickets.issue(ANN);

    assertThat(Duration.between(Instant.now(), ticket.expiresAt()))
        .isBetween(Duration.ofSeconds(25), Duration.ofSeconds(31));
    assertThat(new Tickets(storage.transactions()).redeem(ticket.ticket())).contains(ANN);
    assertThat(tickets.redeem(ticket.ticket())).isEmpty();
  }

  @Test
  void whoHoldsATicketIsToldAsOftenAsAskedUntilItIsRedeemed() {
    Ticket ticket = tickets.issue(ANN);

    assertThat(tickets.holder(ticket.ticket())).contains(ANN);
    assertThat(tickets.holder(ticket.ticket())).contains(ANN);
    assertThat(tickets.redeem(ticket.ticket())).contains(ANN);
    assertThat(tickets.holder(ticket.ticket())).isEmpty();
  }

  @Test
  void aTicketThatIsTooOldIsNone() throws SQLException {
    Ticket ticket = tickets.issue(ANN);
    shards.execute(0, "kn_app", "update event_tickets set expires_at = now() - interval '1 ms'");

    assertThat(tickets.holder(ticket.ticket())).isEmpty();
    assertThat(tickets.redeem(ticket.ticket())).isEmpty();
  }

  @Test
  void aTicketOfAnotherTenantIsNone() {
    String secret = tickets.issue(ANN).ticket().split("\\.")[1];
    assertThat(tickets.redeem("b3RoZXI." + secret)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "x", "a.b.c", "%00.x", "eCB5.AAAA", "YQ.", "é.é"})
  void whatIsNoTicketIsRefused(String text) {
    assertThat(tickets.holder(text)).isEmpty();
    assertThat(tickets.redeem(text)).isEmpty();
  }
}
