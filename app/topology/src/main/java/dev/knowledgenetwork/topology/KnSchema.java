package dev.knowledgenetwork.topology;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The schema {@code kn} that every shard carries: fence, topology and identity. */
public final class KnSchema {
  /** Version that {@link #sql()} leaves in {@code kn.schema_version}; grows with every change. */
  public static final int VERSION = 6;

  private static final String RESOURCE = "kn-schema.sql";

  private KnSchema() {}

  /**
   * Statements that install the schema or bring it up to date. To be run as one text in one
   * transaction, as superuser, in the sharded database, after the roles {@code kn_system}, {@code
   * kn_owner} and {@code kn_app} exist. Idempotent, and safe when two operators run it at once.
   */
  public static String sql() {
    try (InputStream in = KnSchema.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("resource is missing: " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
