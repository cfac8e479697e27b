package dev.knowledgenetwork.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knowledgenetwork.kernel.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes events as the HTML standard has them: server-sent events in UTF-8. Buffers nothing. */
final class EventWriter {

  private static final long RECONNECT_MILLIS = 2000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OutputStream out;
  private final TenantId tenant;

  EventWriter(OutputStream out, TenantId tenant) {
    this.out = out;
    this.tenant = tenant;
  }

  /** The beginning: how long to wait before connecting again, and from where then. */
  void open(StreamToken token) throws IOException {
    text("retry:" + RECONNECT_MILLIS + "\n:open\n" + id(token) + "\n");
  }

  /** Events may have been missed: the client should read what it shows again. */
  void resync(StreamToken token) throws IOException {
    text(id(token) + "event:resync\ndata:{}\n\n");
  }

  /** A comment, for whoever closes silent connections; the id alone dispatches no event. */
  void heartbeat(StreamToken token) throws IOException {
    text(":\n" + id(token) + "\n");
  }

  /** An event; of a resource its id and version, never its content. */
  void event(Event event, StreamToken token) throws IOException {
    ObjectNode data = JSON.createObjectNode();
    data.put("id", event.subject().id().toString());
    data.put("kind", event.subject().kind());
    data.put("version", event.subject().version());
    data.put("author", event.subject().author());
    data.put("time", event.time().toString());
    data.put("eventId", event.id().toString());
    text(id(token) + "event:" + event.type() + "\ndata:" + JSON.writeValueAsString(data) + "\n\n");
  }

  void flush() throws IOException {
    out.flush();
  }

  private String id(StreamToken token) {
    return "id:" + token.encode(tenant) + "\n";
  }

  private void text(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
