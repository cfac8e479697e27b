package dev.knowledgenetwork.cache.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** One reply of a server as it stands on the wire (RESP 2 and 3). */
final class Reply {

  private final InputStream in;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Reply(InputStream in) {
    this.in = in;
  }

  /** The bytes of the next one; blocks until it is whole. */
  static byte[] read(InputStream in) throws IOException {
    Reply reply = new Reply(in);
    reply.element();
    return reply.bytes.toByteArray();
  }

  /** Whether it is what somebody published on a channel. */
  static boolean isPublished(byte[] reply) {
    String text = new String(reply, StandardCharsets.ISO_8859_1);
    return text.matches("(?s)[*>]3\\r\\n\\$7\\r\\nmessage\\r\\n.*");
  }

  private void element() throws IOException {
    String line = line();
    long length = "$*>~%".indexOf(line.charAt(0)) < 0 ? 0 : Long.parseLong(line.substring(1));
    switch (line.charAt(0)) {
      case '$' -> copy(length < 0 ? 0 : length + 2);
      case '*', '>', '~' -> elements(length);
      case '%' -> elements(2 * length);
      default -> {}
    }
  }

  private void elements(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      element();
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.isEmpty() || line.charAt(line.length() - 1) != '\n') {
      line.append((char) next());
    }
    return line.toString().strip();
  }

  private void copy(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      next();
    }
  }

  private int next() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException();
    }
    bytes.write(next);
    return next;
  }
}
