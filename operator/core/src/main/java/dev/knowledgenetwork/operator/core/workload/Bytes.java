package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.RoundingMode;

/** Sizes in bytes. */
public final class Bytes {

  private static final long MEBIBYTE = 1L << 20;

  private Bytes() {}

  /** Whole bytes of a quantity, rounded down. */
  public static long of(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity).setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  /** A quantity in Mi, rounded up. */
  public static Quantity mebibytes(long bytes) {
    return new Quantity(Math.ceilDiv(bytes, MEBIBYTE) + "Mi");
  }
}
