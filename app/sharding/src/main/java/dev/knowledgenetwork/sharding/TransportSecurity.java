package dev.knowledgenetwork.sharding;

import java.nio.file.Path;

/** How connections to PostgreSQL and its pooler are protected. */
public sealed interface TransportSecurity {

  /**
   * TLS; certificate and host name are verified. The file is read for every new connection.
   *
   * @param authority PEM file with the certificates that are trusted
   */
  record VerifyFull(Path authority) implements TransportSecurity {}

  /** No TLS: for servers of a test on the same machine. */
  record Plaintext() implements TransportSecurity {}
}
