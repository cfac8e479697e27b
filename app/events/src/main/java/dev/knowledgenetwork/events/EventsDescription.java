package dev.knowledgenetwork.events;

import static dev.knowledgenetwork.web.Descriptions.answer;
import static dev.knowledgenetwork.web.Descriptions.answers;
import static dev.knowledgenetwork.web.Descriptions.header;
import static dev.knowledgenetwork.web.Descriptions.operation;
import static dev.knowledgenetwork.web.Descriptions.query;
import static dev.knowledgenetwork.web.Descriptions.reference;
import static dev.knowledgenetwork.web.Descriptions.schema;
import static dev.knowledgenetwork.web.Descriptions.text;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.web.Descriptions;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * What OpenAPI says of {@link EventsResource}: its annotations cannot say which kinds there are,
 * nor what the parts of a stream look like.
 */
public final class EventsDescription {

  private static final String TAG = "Events";
  private static final String BLOCK = "EventBlock";
  private static final String DATA = "EventData";
  private static final String TICKET = "EventTicket";

  private static final List<String> VERBS = List.of("created", "updated", "deleted");

  private final List<String> kinds;

  /** Describes the events of these kinds. */
  public EventsDescription(List<Aggregate> aggregates) {
    this.kinds = aggregates.stream().map(Aggregate::noun).toList();
  }

  /** Puts the description in place of what the document says of the paths. */
  public void addTo(OpenAPI document) {
    Components components = document.getComponents();
    Descriptions.addProblems(components);
    components.addSchema(BLOCK, block());
    components.addSchema(DATA, data());
    components.addSchema(TICKET, ticket());
    document.addTag(OASFactory.createTag().name(TAG));
    document
        .getPaths()
        .addPathItem(EventsResource.PATH, OASFactory.createPathItem().GET(stream()))
        .addPathItem(
            EventsResource.PATH + "/" + EventsResource.TICKETS,
            OASFactory.createPathItem().POST(issue()));
  }

  private static Operation stream() {
    return operation(TAG, "streamEvents", "Follow what changes")
        .addParameter(
            header(EventsResource.LAST_EVENT_ID)
                .description("The last id seen: everything since is told first. Without it: now"))
        .addParameter(
            query(EventsResource.LAST_EVENT_ID_PARAMETER)
                .description("The same, where no header can be sent; the header goes before it")
                .schema(text()))
        .addParameter(
            query(EventsResource.TICKET)
                .description("Stands in for the bearer token where no header can be sent")
                .schema(text()))
        .responses(
            answers(
                "200",
                answer(
                    "The stream, until the token expires or the server ends it: then connect again"
                        + " with the last id. The first block has the id from which it begins",
                    MediaType.SERVER_SENT_EVENTS,
                    schema(SchemaType.ARRAY).items(reference(BLOCK)))));
  }

  private static Operation issue() {
    return operation(TAG, "issueEventTicket", "A ticket that opens one stream within 30 seconds")
        .description(
            "Takes no Idempotency-Key: the answer is a secret, which nobody keeps. A request sent"
                + " again gets another ticket, and one that is not used does no harm.")
        .responses(
            answers(
                "201",
                answer(
                    "The ticket; use it once, as parameter of the stream",
                    MediaType.APPLICATION_JSON,
                    reference(TICKET))));
  }

  private Schema block() {
    Schema names = text();
    Stream.concat(
            Stream.of(EventWriter.POSITION, EventWriter.RESYNC),
            kinds.stream().flatMap(kind -> VERBS.stream().map(verb -> kind + "." + verb)))
        .forEach(names::addEnumeration);
    return schema(SchemaType.OBJECT)
        .description("A server-sent event")
        .addProperty("id", text().description("Where to go on after it; opaque"))
        .addProperty(
            "event",
            names.description(
                "What happened. '"
                    + EventWriter.POSITION
                    + "': nothing, at the beginning and every 15 seconds without events. '"
                    + EventWriter.RESYNC
                    + "': events may have been missed, read again what you show"))
        .addProperty(
            "data",
            text()
                .contentMediaType(MediaType.APPLICATION_JSON)
                .contentSchema(reference(DATA))
                .description("Empty, {}, where nothing happened to a resource"))
        .addProperty("retry", schema(SchemaType.INTEGER).description("Milliseconds; once"));
  }

  private static Schema data() {
    return schema(SchemaType.OBJECT)
        .addProperty("id", text().format("uuid").description("Of the resource"))
        .addProperty("kind", text().description("Of the resource"))
        .addProperty(
            "version",
            schema(SchemaType.INTEGER).format("int64").description("That the change gave it"))
        .addProperty("author", text().description("Who created the resource"))
        .addProperty("time", text().format("date-time"))
        .addProperty(
            "eventId",
            text().format("uuid").description("The same if the event is told a second time"));
  }

  private static Schema ticket() {
    return Descriptions.complete(
        schema(SchemaType.OBJECT)
            .addProperty("ticket", text())
            .addProperty("expiresAt", text().format("date-time"))
            .addProperty(
                "lastEventId",
                text().description("Begin the stream there to miss nothing from now on")));
  }
}
