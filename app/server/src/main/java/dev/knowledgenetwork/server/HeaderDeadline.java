package dev.knowledgenetwork.server;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose next request has begun and does not come to the end of its headers: who
 * sends a byte now and then is never idle, and would hold its place for ever. Vert.x has no such
 * limit, so Netty lets this class see each connection that it accepts (loaded as a service, which
 * {@link #enable} asks for). Ten seconds are what Envoy advises at an edge.
 */
public final class HeaderDeadline extends ChannelInitializerExtension {

  static final long SECONDS = 10;

  /** Netty asks no extension unless it is told to. To be called before anything listens. */
  static void enable() {
    System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    connection.pipeline().addFirst(new Bytes());
  }

  /** Sees bytes first, and when the first of a request come. All on the connection's event loop. */
  private static final class Bytes extends ChannelInboundHandlerAdapter {
    private @Nullable Messages messages;
    private @Nullable Runnable timer;
    private boolean inMessage;

    @Override
    public void channelRead(ChannelHandlerContext connection, Object bytes) {
      if (!inMessage && timer == null && isServed(connection.pipeline())) {
        var closing =
            connection.executor().schedule(() -> connection.close(), SECONDS, TimeUnit.SECONDS);
        timer = () -> closing.cancel(false);
      }
      connection.fireChannelRead(bytes);
    }

    /** What belongs to no request is not waited for, such as the handshake of TLS. */
    private boolean isServed(ChannelPipeline pipeline) {
      SslHandler tls = pipeline.get(SslHandler.class);
      ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
      if (decoder == null || tls != null && !tls.handshakeFuture().isDone()) {
        return false;
      }
      if (messages == null) {
        messages = new Messages(this);
        pipeline.addAfter(decoder.name(), null, messages);
      }
      return true;
    }

    void came(HttpObject part) {
      stop();
      inMessage = !(part instanceof LastHttpContent) && (inMessage || part instanceof HttpRequest);
    }

    private void stop() {
      if (timer != null) {
        timer.run();
        timer = null;
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
      stop();
      connection.fireChannelInactive();
    }
  }

  /** Sees what the bytes were. */
  private static final class Messages extends ChannelInboundHandlerAdapter {
    private final Bytes bytes;

    Messages(Bytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
      if (message instanceof HttpObject part) {
        bytes.came(part);
      }
      connection.fireChannelRead(message);
    }
  }
}
