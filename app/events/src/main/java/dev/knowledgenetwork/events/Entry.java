package dev.knowledgenetwork.events;

/**
 * An event where a shard keeps it.
 *
 * @param position its place in the order of the database
 * @param slot where its row is
 * @param event what it tells
 */
record Entry(Position position, Slot slot, Event event) {

  /**
   * Part of a row's key.
   *
   * @param bucket bucket of the tenant
   * @param day day of the ring
   */
  record Slot(int bucket, int day) {}
}
