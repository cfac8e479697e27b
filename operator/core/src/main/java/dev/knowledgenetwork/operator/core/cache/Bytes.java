package dev.knowledgenetwork.operator.core.cache;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.RoundingMode;

/** Sizes in bytes. */
final class Bytes {

  private static final long MEBIBYTE = 1L << 20;

  private Bytes() {}

  /** Whole bytes of a quantity, rounded down. */
  static long of(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity).setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  /** A quantity in Mi, rounded up. */
  static Quantity mebibytes(long bytes) {
    return new Quantity(Math.ceilDiv(bytes, MEBIBYTE) + "Mi");
  }

  /** What the container of a cache needs: the data, half as much again for buffers, the program. */
  static Quantity containerMemory(Quantity data) {
    long bytes = of(data);
    return mebibytes(bytes + bytes / 2 + 32 * MEBIBYTE);
  }
}
