package dev.knowledgenetwork.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** A connection with TLS on which a test writes what it likes, and which it reads or does not. */
final class RawClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 40_000;

  private final Socket tcp = new Socket();
  private final SSLSocket socket;
  private final BufferedReader reader;

  private RawClient(HttpClient http, RunningServer server, int receiveBuffer) {
    try {
      if (receiveBuffer > 0) {
        tcp.setReceiveBufferSize(receiveBuffer);
      }
      tcp.connect(new InetSocketAddress("localhost", server.port()));
      tcp.setSoTimeout(PATIENCE_MILLIS);
      socket =
          (SSLSocket)
              http.sslContext()
                  .getSocketFactory()
                  .createSocket(tcp, "localhost", server.port(), true);
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RawClient connect(HttpClient http, RunningServer server) {
    return new RawClient(http, server, 0);
  }

  /** One for which the server must keep what it does not read. */
  static RawClient connectWithSmallBuffer(HttpClient http, RunningServer server) {
    return new RawClient(http, server, 4096);
  }

  /** Writes lines and an empty one. */
  RawClient request(String... lines) {
    return write(String.join("\r\n", lines) + "\r\n\r\n");
  }

  RawClient write(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line; null at the end. */
  String line() {
    try {
      return reader.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads on to a line that begins so. */
  RawClient awaitLine(String prefix) {
    String line = line();
    while (line != null && !line.startsWith(prefix)) {
      line = line();
    }
    if (line == null) {
      throw new IllegalStateException("ended before " + prefix);
    }
    return this;
  }

  /** All that comes until the server closes the connection. */
  String rest() {
    StringBuilder text = new StringBuilder();
    for (String line = line(); line != null; line = line()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  /** Ends as a process does that is killed with bytes unread: with a reset. */
  void reset() {
    try {
      tcp.setSoLinger(true, 0);
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
