package dev.knowledgenetwork.operator.core.shardset.blueprint;

import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;

/** What the containers of a ShardSet get, with defaults where the spec is silent. */
public final class Sizing {

  /** With less, the kernel ends PostgreSQL or Patroni before the instance serves. */
  public static final Quantity LEAST_POSTGRES_MEMORY = new Quantity("128Mi");

  /** With less, PgBouncer has no room for its connections' buffers. */
  public static final Quantity LEAST_POOLER_MEMORY = new Quantity("16Mi");

  /** An empty database with its write-ahead log, and room for the first checkpoint. */
  public static final Quantity LEAST_STORAGE = new Quantity("256Mi");

  private static final Resources POSTGRES = Amounts.of("250m", "512Mi", "2", "1Gi");
  private static final Resources POOLER = Amounts.of("25m", "32Mi", "1", "128Mi");

  private Sizing() {}

  /** Requests and limits of a PostgreSQL container. */
  public static Resources postgres(Resources asked) {
    return Amounts.filled(asked, POSTGRES);
  }

  /** Requests and limits of a pooler. */
  public static Resources pooler(Resources asked) {
    return Amounts.filled(asked, POOLER);
  }

  /** The memory limit of a PostgreSQL container in whole mebibytes. */
  public static long memoryMebibytes(Resources asked) {
    return mebibytes(postgres(asked).limits().get("memory"));
  }

  /** Whole mebibytes of a quantity, rounded down. */
  public static long mebibytes(Quantity quantity) {
    return Bytes.of(quantity) >> 20;
  }
}
