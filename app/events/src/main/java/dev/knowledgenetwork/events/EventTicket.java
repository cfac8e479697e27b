package dev.knowledgenetwork.events;

/**
 * What a client gets that asks for a ticket, as JSON.
 *
 * @param ticket opens one stream
 * @param expiresAt when it can no longer be used, ISO 8601 in UTC
 * @param lastEventId how far the events are: a stream from there on misses nothing that is
 *     committed after the ticket was asked for
 */
record EventTicket(String ticket, String expiresAt, String lastEventId) {}
