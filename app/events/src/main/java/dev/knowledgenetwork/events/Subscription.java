package dev.knowledgenetwork.events;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A consumer of events. A capability contributes one as a {@code @Singleton}; the worker runs it.
 *
 * <p>It is given each event of every shard, from the oldest that is kept, one at a time in a shard;
 * those of a resource in the order of its versions. Effects in the shard's database happen exactly
 * once. Effects elsewhere happen at least once: the event's id tells repetitions.
 */
public interface Subscription {

  /** Under which its progress is kept; never changes. */
  String name();

  /**
   * Handles an event. Brief, for no reader gets newer events of this shard meanwhile. What it
   * throws undoes its effects here, and the event is given to it again, before any later one.
   *
   * @param connection in the transaction in which the event counts as handled; not to be committed
   */
  void handle(Connection connection, Event event) throws SQLException;
}
