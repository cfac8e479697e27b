/**
 * Events: what changed, read from the outbox of every shard. Consumers ({@link
 * dev.knowledgenetwork.events.Subscription}) handle each event once, clients follow those of their
 * tenant as a stream.
 *
 * <p>A reader takes events in the order of their positions: transaction, then sequence, and none of
 * a transaction that is not older than all that still run. So nothing is skipped that commits late,
 * and the events of a resource come in the order of its versions.
 */
@NullMarked
package dev.knowledgenetwork.events;

import org.jspecify.annotations.NullMarked;
