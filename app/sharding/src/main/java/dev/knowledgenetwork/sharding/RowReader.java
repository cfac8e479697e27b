package dev.knowledgenetwork.sharding;

import dev.knowledgenetwork.kernel.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes a value of a row.
 *
 * @param <T> the value
 */
@FunctionalInterface
public interface RowReader<T> {

  /**
   * Reads the row on which the result stands.
   *
   * @param tenant whose row it is
   */
  T read(TenantId tenant, ResultSet row) throws SQLException;
}
