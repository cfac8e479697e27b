package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sizes in bytes. */
public final class Bytes {

  private static final long MEBIBYTE = 1L << 20;

  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private Bytes() {}

  /** Whole bytes of a quantity, rounded down; the most that a long holds where it is more. */
  public static long of(Quantity quantity) {
    BigDecimal bytes = Quantity.getAmountInBytes(quantity);
    // Compared first: exponents have no bound, and writing such a number out takes all memory.
    if (bytes.compareTo(MOST) >= 0) {
      return Long.MAX_VALUE;
    }
    return bytes.compareTo(BigDecimal.ONE) < 0
        ? 0
        : bytes.setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  /** A quantity in Mi, rounded up. */
  public static Quantity mebibytes(long bytes) {
    return new Quantity(Math.ceilDiv(bytes, MEBIBYTE) + "Mi");
  }
}
