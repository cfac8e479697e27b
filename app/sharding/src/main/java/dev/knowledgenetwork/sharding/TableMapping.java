package dev.knowledgenetwork.sharding;

import java.util.function.ToLongFunction;

/**
 * How the rows of a table become values. The table has the columns {@code bucket}, {@code
 * tenant_id}, {@code id} (together its primary key), {@code version} (1 by default), {@code
 * updated_at} and {@code deleted_at}; it is distributed ({@code kn.distribute}).
 *
 * @param table its name
 * @param columns what is read of one row, as a select list
 * @param value a row with those columns
 * @param version version of such a value
 * @param items what is read of each row of a list
 * @param <T> a value
 * @param <S> an item of a list
 */
public record TableMapping<T, S>(
    String table, String columns, RowReader<T> value, ToLongFunction<T> version, Items<S> items) {

  /**
   * What a list shows.
   *
   * @param columns select list; has {@code id}
   * @param item a row with those columns
   * @param <S> an item
   */
  public record Items<S>(String columns, RowReader<S> item) {}
}
