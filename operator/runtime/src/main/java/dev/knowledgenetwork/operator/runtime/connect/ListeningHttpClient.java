package dev.knowledgenetwork.operator.runtime.connect;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * fabric8's HTTP client, whose watches are listened to: {@link DeafWatches} learns when each was
 * connected, heard and ended, whichever informer it belongs to, those of the Operator SDK included.
 * Informers do not tell of bookmarks, and interceptors do not see what comes over a WebSocket, so
 * this is the place. Requests that are no watch pass untouched.
 */
public final class ListeningHttpClient
    extends StandardHttpClient<
        ListeningHttpClient, ListeningHttpClient.Factory, ListeningHttpClient.Builder> {

  private final Transport transport;

  private ListeningHttpClient(Builder builder, AtomicBoolean closed, Transport transport) {
    super(builder, closed);
    this.transport = transport;
  }

  @Override
  public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
      StandardWebSocketBuilder request, WebSocket.Listener listener) {
    URI uri = request.asHttpRequest().uri();
    return transport.client.buildWebSocketDirect(
        request,
        isWatch(uri) ? new Ear(listener, transport.watches.connecting(uri.getPath())) : listener);
  }

  /**
   * fabric8 watches like this where the API server, or what is in front, refuses WebSockets. Its
   * end is not answered, so a deaf one is mended and not told.
   */
  @Override
  public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
      StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (!isWatch(request.uri())) {
      return transport.client.consumeBytesDirect(request, consumer);
    }
    DeafWatches.Connection watch = transport.watches.connecting(request.uri().getPath());
    return transport
        .client
        .consumeBytesDirect(
            request,
            (bytes, body) -> {
              watch.heard();
              consumer.consume(bytes, body);
            })
        .thenApply(
            response -> {
              if (response.isSuccessful()) {
                watch.opened(response.body()::cancel);
                response.body().done().whenComplete((done, failure) -> watch.ended());
              }
              return response;
            });
  }

  /** Whether it asks for a watch with bookmarks; without them, silence says nothing. */
  private static boolean isWatch(URI uri) {
    return uri.getQuery() != null
        && List.of(uri.getQuery().split("&"))
            .containsAll(List.of("watch=true", "allowWatchBookmarks=true"));
  }

  @Override
  protected void doClose() {
    transport.timer.shutdownNow();
    transport.client.close();
  }

  /** What a client shares with those derived from it. */
  private record Transport(
      StandardHttpClient<?, ?, ?> client, DeafWatches watches, ScheduledExecutorService timer) {

    static Transport of(StandardHttpClient<?, ?, ?> client, DeafWatches watches) {
      ScheduledThreadPoolExecutor timer =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("deaf-watches").factory());
      long often = watches.limit().dividedBy(6).toMillis();
      timer.scheduleWithFixedDelay(watches::closeSilent, often, often, TimeUnit.MILLISECONDS);
      return new Transport(client, watches, timer);
    }
  }

  /**
   * Makes such clients. Outside Quarkus these run on threads that are the factory's, and end with
   * it; within, closing it changes nothing.
   */
  public static final class Factory implements HttpClient.Factory, AutoCloseable {

    private final HttpClient.Factory plain = HttpClientUtils.getHttpClientFactory();
    private final DeafWatches watches;

    /** Of clients whose watches those are told of. */
    public Factory(DeafWatches watches) {
      this.watches = watches;
    }

    @Override
    public Builder newBuilder() {
      return new Builder(this);
    }

    @Override
    public void close() throws IOException {
      if (plain instanceof Closeable threads) {
        threads.close();
      }
    }
  }

  /** Builds such a client, or derives one, as fabric8 does for each of its operations. */
  public static final class Builder
      extends StandardHttpClientBuilder<ListeningHttpClient, Factory, Builder> {

    private Builder(Factory factory) {
      super(factory);
    }

    @Override
    protected Builder newInstance(Factory factory) {
      return new Builder(factory);
    }

    @Override
    public ListeningHttpClient build() {
      return client == null
          ? new ListeningHttpClient(
              this, new AtomicBoolean(), Transport.of(plain(), clientFactory.watches))
          : new ListeningHttpClient(this, client.getClosed(), client.transport);
    }

    /**
     * The client that fabric8 would have used. Interceptors and tags stay with ours, which is asked
     * first.
     */
    private StandardHttpClient<?, ?, ?> plain() {
      HttpClient.Builder plain = clientFactory.plain.newBuilder();
      if (sslContext != null) {
        plain.sslContext(keyManagers, trustManagers);
      }
      if (connectTimeout != null) {
        plain.connectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
      }
      if (followRedirects) {
        plain.followAllRedirects();
      }
      if (preferHttp11) {
        plain.preferHttp11();
      }
      plain.tlsVersions(tlsVersions);
      plain.proxyType(proxyType);
      plain.proxyAddress(proxyAddress);
      plain.proxyAuthorization(proxyAuthorization);
      return (StandardHttpClient<?, ?, ?>) plain.build();
    }
  }

  /** Passes on what it hears. */
  private record Ear(WebSocket.Listener listener, DeafWatches.Connection watch)
      implements WebSocket.Listener {

    @Override
    public void onOpen(WebSocket socket) {
      watch.opened(() -> socket.sendClose(1000, null));
      listener.onOpen(socket);
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      watch.heard();
      listener.onMessage(socket, text);
    }

    @Override
    public void onMessage(WebSocket socket, ByteBuffer bytes) {
      watch.heard();
      listener.onMessage(socket, bytes);
    }

    @Override
    public void onClose(WebSocket socket, int code, String reason) {
      watch.ended();
      listener.onClose(socket, code, reason);
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      watch.ended();
      listener.onError(socket, failure);
    }
  }
}
