package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Caller;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.UnavailableException;
import dev.knowledgenetwork.sharding.Route;
import dev.knowledgenetwork.sharding.ShardTransactions;
import dev.knowledgenetwork.sharding.ShardTransactions.Write;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Stand-ins for a bearer token where it cannot be sent: a browser's {@code EventSource} sends no
 * headers. A ticket opens one stream within {@link #VALID}, and nothing else. The database keeps a
 * digest of it, so every process can redeem it, once.
 */
public final class Tickets {

  /** How long a ticket waits to be used. */
  static final Duration VALID = Duration.ofSeconds(30);

  private static final int SECRET_BYTES = 32;

  private static final String ISSUE =
      """
      with expired as (
        delete from event_tickets where bucket = ? and expires_at < now()
      )
      insert into event_tickets
        (bucket, tenant_id, digest, subject, groups, token_expires_at, expires_at)
        values (?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?))
        on conflict (bucket, tenant_id, digest) do update set expires_at = excluded.expires_at
        returning expires_at
      """;

  private static final String HOLDER =
      """
      select subject, groups, token_expires_at from event_tickets
        where bucket = ? and tenant_id = ? and digest = ? and expires_at > now()
          and (select kn.read(?, ?))
      """;

  private static final String REDEEM =
      """
      delete from event_tickets
        where bucket = ? and tenant_id = ? and digest = ? and expires_at > now()
        returning subject, groups, token_expires_at
      """;

  private final ShardTransactions transactions;
  private final SecureRandom random = new SecureRandom();

  /** Keeps tickets where the tenants are. */
  public Tickets(ShardTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * A ticket.
   *
   * @param ticket its text
   * @param expiresAt when it can no longer be used
   */
  public record Ticket(String ticket, Instant expiresAt) {}

  /** Whose ticket, and its secret. The text form of both is what a client gets. */
  private record Parts(TenantId tenant, byte[] secret) {
    private static final char SEPARATOR = '.';

    static Optional<Parts> parse(String text) {
      int separator = text.indexOf(SEPARATOR);
      if (separator < 0) {
        return Optional.empty();
      }
      try {
        Base64.Decoder decoder = Base64.getUrlDecoder();
        byte[] tenant = decoder.decode(text.substring(0, separator));
        byte[] secret = decoder.decode(text.substring(separator + 1));
        return Optional.of(
            new Parts(new TenantId(new String(tenant, StandardCharsets.UTF_8)), secret));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    String text() {
      Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
      byte[] name = tenant.value().getBytes(StandardCharsets.UTF_8);
      return encoder.encodeToString(name) + SEPARATOR + encoder.encodeToString(secret);
    }

    byte[] digest() {
      try {
        return MessageDigest.getInstance("SHA-256").digest(secret);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  /**
   * A new ticket for a caller; its stream ends with the caller's token.
   *
   * @throws UnavailableException if the shard cannot be reached
   */
  Ticket issue(Caller caller) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    Parts parts = new Parts(caller.tenant(), secret);
    Instant expiry =
        transactions.write(
            "ticket",
            caller.tenant().value(),
            new Write<>(
                (connection, route) -> issue(connection, route, parts, caller),
                // If it was not kept, the client learns that when it uses the ticket.
                () -> Instant.now().plus(VALID),
                true));
    return new Ticket(parts.text(), expiry);
  }

  private static Instant issue(Connection connection, Route route, Parts parts, Caller caller)
      throws SQLException {
    try (PreparedStatement statement = route.enter(connection, ISSUE)) {
      int at = Route.ENTER_PARAMETERS + 1;
      statement.setInt(at++, route.bucket());
      statement.setInt(at++, route.bucket());
      statement.setString(at++, caller.tenant().value());
      statement.setBytes(at++, parts.digest());
      statement.setString(at++, caller.subject());
      statement.setArray(at++, connection.createArrayOf("text", caller.groups().toArray()));
      statement.setObject(at++, caller.expiresAt().atOffset(ZoneOffset.UTC));
      statement.setDouble(at, VALID.toSeconds());
      ResultSet row = Route.rows(statement);
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  /**
   * The caller that a ticket was issued to, or empty if it is none, was used, or is too old. It can
   * be redeemed all the same.
   *
   * @throws UnavailableException if the shard cannot be reached
   */
  Optional<Caller> holder(String text) {
    return Parts.parse(text).flatMap(this::holder);
  }

  private Optional<Caller> holder(Parts parts) {
    return transactions.read(
        "ticket",
        parts.tenant().value(),
        (connection, route) -> {
          try (PreparedStatement statement = route.prepare(connection, HOLDER)) {
            statement.setInt(1, route.bucket());
            statement.setString(2, parts.tenant().value());
            statement.setBytes(3, parts.digest());
            statement.setInt(4, route.bucket());
            statement.setLong(5, route.epoch());
            return caller(parts, statement.executeQuery());
          }
        });
  }

  /**
   * Takes a ticket in; the caller it was issued to, or empty if it is none, was used, or is too
   * old.
   *
   * @throws UnavailableException if the shard cannot be reached
   */
  Optional<Caller> redeem(String text) {
    return Parts.parse(text).flatMap(this::redeem);
  }

  private Optional<Caller> redeem(Parts parts) {
    return transactions.write(
        "ticket",
        parts.tenant().value(),
        new Write<>(
            (connection, route) -> redeem(connection, route, parts), Optional::empty, false));
  }

  private static Optional<Caller> redeem(Connection connection, Route route, Parts parts)
      throws SQLException {
    try (PreparedStatement statement = route.enter(connection, REDEEM)) {
      int at = Route.ENTER_PARAMETERS + 1;
      statement.setInt(at++, route.bucket());
      statement.setString(at++, parts.tenant().value());
      statement.setBytes(at, parts.digest());
      return caller(parts, Route.rows(statement));
    }
  }

  private static Optional<Caller> caller(Parts parts, ResultSet row) throws SQLException {
    return row.next()
        ? Optional.of(
            new Caller(
                parts.tenant(),
                row.getString("subject"),
                Set.of((String[]) row.getArray("groups").getArray()),
                row.getObject("token_expires_at", OffsetDateTime.class).toInstant()))
        : Optional.empty();
  }
}
