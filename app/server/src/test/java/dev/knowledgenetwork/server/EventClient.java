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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Reads a stream of events until it is closed. */
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

  /** The bodies of its events. */
  List<String> data() {
    return values("data:{");
  }

  List<String> types() {
    return values("event:").stream().map(line -> line.substring("event:".length())).toList();
  }

  String lastId() {
    return values("id:").getLast().substring("id:".length());
  }

  private List<String> values(String prefix) {
    return lines.stream().filter(line -> line.startsWith(prefix)).toList();
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
