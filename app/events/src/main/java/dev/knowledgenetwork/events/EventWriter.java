package dev.knowledgenetwork.events;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.knowledgenetwork.kernel.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes events as the HTML standard has them: server-sent events in UTF-8. Buffers nothing.
 *
 * <p>Every block has data and a name. A block of an id alone would be enough for a browser that
 * connects again by itself, but dispatches no event, so neither a script nor the usual libraries
 * would learn the id. The name is {@value #POSITION} and not {@code open}, which is what an {@code
 * EventSource} calls its own event; who listens to no such name is not bothered.
 *
 * <p>A client has seen a block whole or not at all, so an id never comes before what it stands for.
 */
final class EventWriter {

  /** Nothing happened; this is how far the client has followed. */
  static final String POSITION = "position";

  /** Events may have been missed: the client should read what it shows again. */
  static final String RESYNC = "resync";

  private static final long RECONNECT_MILLIS = 2000;
  private static final String NO_DATA = "{}";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final OutputStream out;
  private final TenantId tenant;

  EventWriter(OutputStream out, TenantId tenant) {
    this.out = out;
    this.tenant = tenant;
  }

  /**
   * The beginning: how long to wait before connecting again, and from where then.
   *
   * @param missed whether there may be events before it that the client will not be told
   */
  void open(StreamToken token, boolean missed) throws IOException {
    text("retry:" + RECONNECT_MILLIS + "\n" + block(token, missed ? RESYNC : POSITION, NO_DATA));
  }

  /** A sign of life, for whoever closes silent connections. */
  void heartbeat(StreamToken token) throws IOException {
    text(block(token, POSITION, NO_DATA));
  }

  /** An event; of a resource its id and version, never its content. */
  void event(Event event, StreamToken token) throws IOException {
    text(block(token, event.type(), JSON.writeValueAsString(EventData.of(event))));
  }

  void flush() throws IOException {
    out.flush();
  }

  private String block(StreamToken token, String name, String data) {
    return "id:" + token.encode(tenant) + "\nevent:" + name + "\ndata:" + data + "\n\n";
  }

  private void text(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
