package dev.knowledgenetwork.samples.inventory;

import dev.knowledgenetwork.sharding.Credentials;
import dev.knowledgenetwork.sharding.Migrations;
import dev.knowledgenetwork.sharding.Route;
import dev.knowledgenetwork.sharding.SchemaMigrator;
import dev.knowledgenetwork.sharding.ShardSettings;
import dev.knowledgenetwork.sharding.ShardTransactions;
import dev.knowledgenetwork.sharding.ShardTransactions.Write;
import dev.knowledgenetwork.sharding.Shards;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;

/**
 * How many there are of each article. An article's name is the key that decides its shard.
 *
 * @param transactions to the shards
 */
record Inventory(ShardTransactions transactions) {

  private static final String PUT =
      "insert into stock values (?, ?, ?)"
          + " on conflict (bucket, article) do update set quantity = excluded.quantity";
  private static final String QUANTITY =
      "select quantity from stock where bucket = ? and article = ? and (select kn.read(?, ?))";

  /**
   * Makes the table, puts ten of an article there, and reads the number back.
   *
   * @param mounts directories of three Secrets that {@code status.binding} of the ShardSet names:
   *     {@code topologySecret}, {@code name}, {@code migrateSecret}; then the article
   */
  public static void main(String... mounts) {
    ShardSettings settings = ShardSettings.mounted(Path.of(mounts[0]), Path.of(mounts[1]));
    Credentials owner = Credentials.fromDirectory(Path.of(mounts[2]));
    Migrations migrations = Migrations.of("inventory", List.of("V1__stock.sql"));
    new SchemaMigrator(migrations, owner, settings.security(), System.out::println)
        .migrate(Shards.readTopology(settings.topologyFile()));
    try (Shards shards = Shards.open(settings)) {
      Inventory inventory = new Inventory(shards.transactions());
      inventory.put(mounts[3], 10);
      System.out.println(mounts[3] + ": " + inventory.quantity(mounts[3]));
    }
  }

  /** Sets a quantity. The first statement goes with the fence: the wrong shard refuses it. */
  void put(String article, int quantity) {
    transactions.write(
        "put",
        article,
        Write.repeatable(
            (connection, route) -> {
              try (PreparedStatement put = route.enter(connection, PUT)) {
                put.setInt(Route.ENTER_PARAMETERS + 1, route.bucket());
                put.setString(Route.ENTER_PARAMETERS + 2, article);
                put.setInt(Route.ENTER_PARAMETERS + 3, quantity);
                return put.execute();
              }
            }));
  }

  /** The quantity, 0 for an article nobody has heard of. A shard without its bucket refuses. */
  int quantity(String article) {
    return transactions.read(
        "quantity",
        article,
        (connection, route) -> {
          try (PreparedStatement query = route.prepare(connection, QUANTITY)) {
            query.setInt(1, route.bucket());
            query.setString(2, article);
            query.setInt(3, route.bucket());
            query.setLong(4, route.epoch());
            ResultSet rows = query.executeQuery();
            return rows.next() ? rows.getInt(1) : 0;
          }
        });
  }
}
