package dev.knowledgenetwork.operator.core.kind;

import java.util.List;

/**
 * What stands in the way of an object that is not whole, as Events and logs tell it; asked for once
 * that has lasted for a while.
 *
 * @param messages for a person, in the words of the scheduler, the kubelet, a quota, an admission
 *     policy, or the newest error in the log of a pod that does not serve
 */
public record Obstacles(List<String> messages) {

  /** Asked of whole objects. */
  public static final Fact<Obstacles> FACT = new Fact<>("obstacles", Obstacles.class);

  /** Copies the list. */
  public Obstacles {
    messages = List.copyOf(messages);
  }
}
