package dev.knowledgenetwork.operator.core.workload;

import java.net.InetAddress;

/** Networks as 203.0.113.0/24 or 2001:db8::/32. */
public final class Cidr {

  private Cidr() {}

  /** Whether the text is an address, a slash and a number of bits that such an address has. */
  public static boolean valid(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return false;
    }
    try {
      int bits = InetAddress.ofLiteral(text.substring(0, slash)).getAddress().length * Byte.SIZE;
      return Integer.parseInt(text.substring(slash + 1)) <= bits;
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }
}
