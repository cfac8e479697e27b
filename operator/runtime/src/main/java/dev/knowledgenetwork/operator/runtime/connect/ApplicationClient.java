package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.plan.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;

/**
 * What pods of an application tell of themselves at their management port, which is reached inside
 * the cluster only and without TLS. Each question goes to one of the pods that are ready, and costs
 * two seconds at most.
 */
public final class ApplicationClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int LARGEST = 1 << 16;

  private final Addresses addresses;
  private final HttpClient client =
      HttpClient.newBuilder()
          .executor(
              Executors.newThreadPerTaskExecutor(
                  Thread.ofVirtual().name("application-", 0).factory()))
          .connectTimeout(TIMEOUT)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /** Asks there. */
  public ApplicationClient(Addresses addresses) {
    this.addresses = addresses;
  }

  /**
   * The body of the answer to a GET, whatever its status.
   *
   * @throws IOException when nobody answers in time
   */
  public byte[] get(Target network, String path) throws IOException, InterruptedException {
    Addresses.HostPort api = addresses.application(network.namespace(), network.name());
    return client
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://%s:%d%s".formatted(api.host(), api.port(), path)))
                .timeout(TIMEOUT)
                .build(),
            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LARGEST))
        .body();
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
