package dev.knowledgenetwork.operator.core.operation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says which operations may go on at the same time. What was granted for a step stands until the
 * step ends; then rank decides, then age. Who waits keeps its place: nobody of lower rank, or who
 * came later, gets what a waiting one needs. So whoever waits is next, as soon as running steps
 * end.
 */
public final class Arbiter {

  private static final Comparator<Bid> ORDER =
      Comparator.comparing((Bid bid) -> !bid.standing())
          .thenComparing(Bid::rank)
          .thenComparing(Bid::since)
          .thenComparing(Bid::toString);

  private Arbiter() {}

  /**
   * Decides. Cost: quadratic in bids, which are few.
   *
   * @param bids of one object
   * @param others what other objects were granted
   * @return for each bid what it waits for; empty where it may go on
   */
  public static Map<Bid, Optional<Bid>> decide(List<Bid> bids, List<Bid> others) {
    List<Bid> before = new ArrayList<>(others);
    Map<Bid, Optional<Bid>> decided = new LinkedHashMap<>();
    for (Bid bid : bids.stream().sorted(ORDER).toList()) {
      decided.put(bid, before.stream().filter(bid::excludes).findFirst());
      before.add(bid);
    }
    return decided;
  }
}
