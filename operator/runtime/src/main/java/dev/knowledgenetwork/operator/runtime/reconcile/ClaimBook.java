package dev.knowledgenetwork.operator.runtime.reconcile;

import dev.knowledgenetwork.operator.core.operation.Arbiter;
import dev.knowledgenetwork.operator.core.operation.Bid;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What operations of all objects were granted; asked by one object at a time. Memory only: what was
 * granted before a restart is read from the statuses, until each object has had its first pass.
 */
public final class ClaimBook {

  private final Map<Owner, List<Bid>> granted = new HashMap<>();
  private final Supplier<Stream<Map.Entry<Owner, List<Bid>>>> remembered;

  /**
   * Nothing is granted yet.
   *
   * @param remembered what the statuses of all objects say was granted
   */
  public ClaimBook(Supplier<Stream<Map.Entry<Owner, List<Bid>>>> remembered) {
    this.remembered = remembered;
  }

  /** Decides for one object; what it was granted before counts no more. */
  synchronized Map<Bid, Optional<Bid>> decide(Owner owner, List<Bid> bids) {
    if (bids.isEmpty()) {
      granted.put(owner, List.of());
      return Map.of();
    }
    List<Bid> others =
        Stream.concat(
                granted.entrySet().stream(),
                remembered.get().filter(entry -> !granted.containsKey(entry.getKey())))
            .filter(entry -> !entry.getKey().equals(owner))
            .flatMap(entry -> entry.getValue().stream())
            .toList();
    Map<Bid, Optional<Bid>> decided = Arbiter.decide(bids, others);
    granted.put(
        owner,
        decided.entrySet().stream()
            .filter(entry -> entry.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList());
    return decided;
  }

  /** The object is gone. */
  synchronized void forget(Owner owner) {
    granted.remove(owner);
  }
}
