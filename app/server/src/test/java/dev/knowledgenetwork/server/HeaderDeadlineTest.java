package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeaderDeadlineTest {

  private static final String WHOLE = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private final EmbeddedChannel connection = new EmbeddedChannel(new HttpRequestDecoder());

  HeaderDeadlineTest() {
    new HeaderDeadline().postInitializeServerChildChannel(connection);
  }

  @AfterEach
  void close() {
    connection.finishAndReleaseAll();
  }

  @Test
  void headersThatDoNotEndEndTheConnectionHoweverManyCome() {
    receive("GET / HTTP/1.1\r\nHost: a\r\nA: ");
    for (int second = 1; second < HeaderDeadline.SECONDS; second++) {
      pass(1);
      receive("b");
    }
    assertThat(connection.isOpen()).isTrue();
    pass(1);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void theSecondRequestOfAConnectionHasItsOwnTime() {
    receive(WHOLE);
    pass(60);
    receive("GET / HT");
    pass(HeaderDeadline.SECONDS - 1);
    assertThat(connection.isOpen()).isTrue();
    pass(1);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void whoSendsNothingAndWhoseBodyIsOnItsWayHasNoDeadlineHere() {
    pass(60);
    receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    for (int part = 0; part < 4; part++) {
      pass(60);
      receive("x");
    }
    pass(60);
    receive(WHOLE);
    pass(60);
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void severalRequestsAtOnceAreEachWhole() {
    receive(WHOLE + WHOLE + "GET");
    pass(60);
    receive(" / HTTP/1.1\r\n\r\n");
    pass(60);
    assertThat(connection.isOpen()).isTrue();
  }

  private void receive(String text) {
    connection.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    for (Object part = connection.readInbound(); part != null; part = connection.readInbound()) {
      ReferenceCountUtil.release(part);
    }
  }

  private void pass(long seconds) {
    connection.advanceTimeBy(seconds, TimeUnit.SECONDS);
    connection.runPendingTasks();
  }
}
