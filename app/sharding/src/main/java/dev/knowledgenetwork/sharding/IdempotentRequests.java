package dev.knowledgenetwork.sharding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.knowledgenetwork.kernel.Answer;
import dev.knowledgenetwork.kernel.IdempotentRequest;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.ShardTransactions.Work;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * Lets a transaction do its work once for a request, however often it is asked. The request and its
 * answer are a row of the same transaction: either all of it is there or nothing, whatever dies in
 * between, and a commit whose outcome is unknown is settled by asking again.
 *
 * <p>Cost: two round trips more, and the answer is stored a second time until it is purged.
 *
 * @param tenant whose request; decides the bucket
 * @param request what is asked
 * @param <T> what the work makes
 */
record IdempotentRequests<T>(TenantId tenant, IdempotentRequest<T> request) {
  static final String TABLE = "idempotent_requests";

  /**
   * The lock keeps two of the same apart and goes with the transaction. It is taken by a statement
   * of its own, so that the next one sees what its last holder has committed. An update, though it
   * changes nothing: so the answer that is given again is as durable as it was the first time, for
   * the commit waits for the standby.
   */
  private static final String FIND =
      """
      select pg_try_advisory_xact_lock(?);
      update idempotent_requests set status = status where bucket = ? and tenant_id = ? and id = ?
        returning fingerprint, status, headers, body""";

  private static final String KEEP =
      """
      insert into idempotent_requests
        (bucket, tenant_id, id, fingerprint, status, headers, body)
        values (?, ?, ?, ?, ?, ?::jsonb, ?)""";

  private static final int HEXADECIMAL = 16;
  private static final int LOCK_DIGITS = 16;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

  /**
   * What became of the work.
   *
   * @param <T> what it makes
   */
  sealed interface Once<T> {
    /** It was done now. */
    record Done<T>(T value) implements Once<T> {}

    /** It had been done before. */
    record Before<T>(Answer first) implements Once<T> {}

    /** Another transaction is at it. */
    record InProgress<T>() implements Once<T> {}

    /** The id belongs to a request that asked for something else. */
    record Reused<T>() implements Once<T> {}
  }

  /** Work that does the given one unless that was done before. */
  Work<Once<T>> once(Work<T> work) {
    return (connection, route) -> {
      try (PreparedStatement statement = route.enter(connection, FIND)) {
        int at = Route.ENTER_PARAMETERS + 1;
        statement.setLong(at++, lock());
        bindKey(statement, at, route);
        ResultSet lock = Route.rows(statement);
        lock.next();
        if (!lock.getBoolean(1)) {
          return new Once.InProgress<>();
        }
        statement.getMoreResults();
        ResultSet found = statement.getResultSet();
        if (found.next()) {
          return before(found);
        }
      }
      T made = work.run(connection, route);
      keep(connection, route, request.answer().apply(made));
      return new Once.Done<>(made);
    };
  }

  private Once<T> before(ResultSet found) throws SQLException {
    if (!found.getString("fingerprint").equals(request.fingerprint())) {
      return new Once.Reused<>();
    }
    return new Once.Before<>(
        new Answer(
            found.getInt("status"), headers(found.getString("headers")), found.getString("body")));
  }

  private void keep(Connection connection, Route route, Answer answer) throws SQLException {
    try (PreparedStatement statement = route.prepare(connection, KEEP)) {
      int at = bindKey(statement, 1, route);
      statement.setString(at++, request.fingerprint());
      statement.setInt(at++, answer.status());
      statement.setString(at++, json(answer.headers()));
      statement.setString(at, answer.body());
      statement.executeUpdate();
    }
  }

  /** Sets the parameters of the key; answers the parameter after the last. */
  private int bindKey(PreparedStatement statement, int first, Route route) throws SQLException {
    statement.setInt(first, route.bucket());
    statement.setString(first + 1, tenant.value());
    statement.setString(first + 2, request.id());
    return first + 3;
  }

  /** The first 64 bits of the digest: two requests that share them are told to come back. */
  private long lock() {
    return Long.parseUnsignedLong(request.id().substring(0, LOCK_DIGITS), HEXADECIMAL);
  }

  private static String json(Map<String, String> headers) {
    try {
      return JSON.writeValueAsString(headers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always writable", e);
    }
  }

  private static Map<String, String> headers(String json) {
    try {
      return JSON.readValue(json, HEADERS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the row was written by another version", e);
    }
  }
}
