package dev.knowledgenetwork.operator.core.shardset.topology;

/**
 * What a server says of a setting in its configuration files that it does not take.
 *
 * @param words its own
 * @param inForce whether the value is in force all the same: what names an object of a database, as
 *     a tablespace does, the server takes unseen when it starts, and objects to in a session
 */
public record RejectedSetting(String words, boolean inForce) {}
