package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.sharding.TestShards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** A consumer whose effect is a row for each event, in the same database. */
record Ledger(Predicate<Event> accepts) implements Subscription {

  /** Makes its table in a shard. */
  static void prepare(TestShards shards, int shard) throws SQLException {
    shards.execute(
        shard,
        "postgres",
        "create table ledger (n bigint generated always as identity, event uuid not null,"
            + " resource uuid not null, version bigint not null);"
            + " grant select, insert on ledger to kn_app");
  }

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public void handle(Connection connection, Event event) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into ledger (event, resource, version) values (?, ?, ?)")) {
      statement.setObject(1, event.id());
      statement.setObject(2, event.subject().id().value());
      statement.setLong(3, event.subject().version());
      statement.executeUpdate();
    }
    if (!accepts.test(event)) {
      throw new IllegalStateException("not this one");
    }
  }

  /** The versions handled of each resource in a shard, in the order of handling. */
  static Map<UUID, List<Long>> handled(TestShards shards, int shard) throws SQLException {
    Map<UUID, List<Long>> versions = new LinkedHashMap<>();
    try (Connection connection = shards.connect(shard, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select resource, version from ledger order by n")) {
      while (rows.next()) {
        versions
            .computeIfAbsent(rows.getObject(1, UUID.class), none -> new ArrayList<>())
            .add(rows.getLong(2));
      }
    }
    return versions;
  }

  /** The versions that each note of a shard has had. */
  static Map<UUID, List<Long>> written(TestShards shards, int shard) throws SQLException {
    return written(shards, shard, "true");
  }

  /** Those of a tenant. */
  static Map<UUID, List<Long>> written(TestShards shards, int shard, TenantId tenant)
      throws SQLException {
    return written(shards, shard, "tenant_id = '" + tenant.value() + "'");
  }

  private static Map<UUID, List<Long>> written(TestShards shards, int shard, String condition)
      throws SQLException {
    Map<UUID, List<Long>> versions = new LinkedHashMap<>();
    try (Connection connection = shards.connect(shard, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select id, array(select generate_series(1, version))"
                    + " from notes join kn.bucket_owner using (bucket) where state = 'owned' and "
                    + condition)) {
      while (rows.next()) {
        versions.put(rows.getObject(1, UUID.class), List.of((Long[]) rows.getArray(2).getArray()));
      }
    }
    return versions;
  }
}
