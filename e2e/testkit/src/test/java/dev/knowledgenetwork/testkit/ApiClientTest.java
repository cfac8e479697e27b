package dev.knowledgenetwork.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiClientTest {

  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private ApiClient client;

  /** A platform that breaks the first connection, is busy once, and then answers. */
  @BeforeEach
  void start() throws IOException, NoSuchAlgorithmException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            int request = requests.incrementAndGet();
            if (request > 1) {
              exchange.sendResponseHeaders(request == 2 ? 503 : 404, -1);
            }
          }
        });
    server.start();
    client =
        new ApiClient(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
            SSLContext.getDefault(),
            "token");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void itLeavesToTheTestWhatABrokenConnectionOrABusyPlatformMeans() throws Exception {
    assertThatThrownBy(() -> client.create("title", "content")).isInstanceOf(IOException.class);
    assertThat(client.create("title", "content").status()).isEqualTo(503);
    assertThat(client.create("title", "content").status()).isEqualTo(404);
  }

  @Test
  void aPatientOneAsksUntilThereIsAnAnswerWhateverItSays() throws Exception {
    assertThat(client.patient().create("title", "content").status()).isEqualTo(404);
    assertThat(requests).hasValue(3);
  }
}
