package dev.knowledgenetwork.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Reads a stream of events until it is closed, and gives a script what a browser would give it. */
final class EventClient implements AutoCloseable {

  static final String EVENTS = "/api/v1/events";

  private final HttpResponse<InputStream> response;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private EventClient(HttpResponse<InputStream> response) {
    this.response = response;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /** Opens a stream with a token; more headers by name and value. */
  static EventClient open(HttpClient http, RunningServer server, String token, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(EVENTS)).header("Authorization", "Bearer " + token);
    return open(http, headers.length == 0 ? request : request.headers(headers));
  }

  /** Opens a stream with a ticket and more parameters, as a browser does. */
  static EventClient withTicket(HttpClient http, RunningServer server, String parameters) {
    return open(http, HttpRequest.newBuilder(server.uri(EVENTS + "?ticket=" + parameters)));
  }

  private static EventClient open(HttpClient http, HttpRequest.Builder request) {
    try {
      return new EventClient(
          http.send(
              request.header("Accept", "text/event-stream").build(),
              HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (Stream<String> incoming =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))
            .lines()) {
      incoming.forEach(lines::add);
    } catch (UncheckedIOException e) {
      lines.add("closed");
    }
  }

  int status() {
    return response.statusCode();
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  String text() {
    return String.join("\n", lines);
  }

  /**
   * What a browser dispatches.
   *
   * @param lastEventId all that a script learns of the stream's ids
   */
  record Message(String type, String data, String lastEventId) {}

  /** The messages so far, by the rules of the HTML standard. */
  List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    String type = "";
    String data = "";
    String id = "";
    for (String line : lines) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          messages.add(new Message(type, data, id));
        }
        type = "";
        data = "";
      } else if (line.startsWith("id:")) {
        id = line.substring("id:".length());
      } else if (line.startsWith("event:")) {
        type = line.substring("event:".length());
      } else if (line.startsWith("data:")) {
        data = line.substring("data:".length());
      }
    }
    return messages;
  }

  private Stream<Message> events() {
    return messages().stream().filter(message -> !message.type().equals("position"));
  }

  /** The bodies of its events. */
  List<String> data() {
    return events().map(Message::data).toList();
  }

  List<String> types() {
    return events().map(Message::type).toList();
  }

  /** The last id that a script knows; empty before the first message. */
  String lastId() {
    List<Message> messages = messages();
    return messages.isEmpty() ? "" : messages.getLast().lastEventId();
  }

  boolean hasEnded() {
    return !reader.isAlive();
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
