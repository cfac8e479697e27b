package dev.knowledgenetwork.events;

/**
 * What a client is told of an event, as JSON.
 *
 * @param id of the resource
 * @param kind of the resource, such as {@code document}
 * @param version that the change gave it
 * @param author who created it
 * @param time when it changed, ISO 8601 in UTC
 * @param eventId the same wherever and however often the event is told
 */
record EventData(String id, String kind, long version, String author, String time, String eventId) {

  static EventData of(Event event) {
    Event.Subject subject = event.subject();
    return new EventData(
        subject.id().toString(),
        subject.kind(),
        subject.version(),
        subject.author(),
        event.time().toString(),
        event.id().toString());
  }
}
