package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.SocketFactory;

/**
 * Stands between an operator and the API server, and can lose the other side of watches without a
 * word: their connections stay open, and nothing passes any more in either direction. Logs in to
 * the API server by itself; the operator talks plain HTTP.
 */
public final class DeafeningProxy implements AutoCloseable {

  private final URI server;
  private final SocketFactory tls;
  private final ServerSocket listener;
  private final Queue<Link> links = new ConcurrentLinkedQueue<>();

  /** Listens at once, in front of that API server. */
  public DeafeningProxy(ApiServer server) {
    this.server = URI.create(server.config().getMasterUrl());
    try {
      tls = SSLUtils.sslContext(server.config()).getSocketFactory();
      listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no login at the API server", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** How to reach the API server through it. */
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + listener.getLocalPort())
        .build();
  }

  /** What is watched through it now, and heard: paths, each as often as it is. */
  public List<String> watched() {
    return links.stream()
        .filter(link -> !link.lost && !link.client.isClosed())
        .map(link -> link.watched)
        .filter(path -> !path.isEmpty())
        .sorted()
        .toList();
  }

  /** How many watches were connected through it so far. */
  public long watches() {
    return links.stream().filter(link -> !link.watched.isEmpty()).count();
  }

  /**
   * Nothing passes any more on the watches of now; those that are connected later are not lost.
   *
   * @return what was {@link #watched} until now
   */
  public List<String> deafen() {
    List<String> lost = watched();
    links.stream().filter(link -> !link.watched.isEmpty()).forEach(link -> link.lost = true);
    return lost;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(Socket client) {
    try {
      byte[] request = firstLine(client.getInputStream());
      Link link =
          new Link(
              client,
              tls.createSocket(server.getHost(), server.getPort()),
              watched(new String(request, StandardCharsets.US_ASCII)));
      links.add(link);
      link.upstream.getOutputStream().write(request);
      Thread.ofVirtual().start(() -> link.pass(link.upstream, client));
      link.pass(client, link.upstream);
    } catch (IOException e) {
      close(client);
    }
  }

  private static byte[] firstLine(InputStream from) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next;
    do {
      next = from.read();
      if (next >= 0) {
        line.write(next);
      }
    } while (next >= 0 && next != '\n');
    return line.toByteArray();
  }

  /** The path that a request watches; empty where it is no watch. */
  private static String watched(String requestLine) {
    String target = requestLine.split(" ").length > 1 ? requestLine.split(" ")[1] : "";
    return target.contains("watch=true") ? target.substring(0, target.indexOf('?')) : "";
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    links.forEach(Link::close);
  }

  /** One connection of the operator, and the one to the API server that belongs to it. */
  private static final class Link {

    private final Socket client;
    private final Socket upstream;
    private final String watched;
    private volatile boolean lost;

    Link(Socket client, Socket upstream, String watched) {
      this.client = client;
      this.upstream = upstream;
      this.watched = watched;
    }

    void pass(Socket from, Socket to) {
      byte[] buffer = new byte[1 << 16];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (!lost) {
            out.write(buffer, 0, n);
          }
        }
      } catch (IOException e) {
        // Ended, as below.
      }
      // The operator does not learn that the API server has ended a watch that is lost.
      if (!lost || from == client) {
        close();
      }
    }

    void close() {
      DeafeningProxy.close(client);
      DeafeningProxy.close(upstream);
    }
  }
}
