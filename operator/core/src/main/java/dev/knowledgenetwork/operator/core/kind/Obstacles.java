package dev.knowledgenetwork.operator.core.kind;

import java.util.List;

/**
 * What keeps an object that is overdue, as Events and logs tell it; asked for only then.
 *
 * @param messages for a person, in the words of the scheduler, the kubelet, a quota, an admission
 *     policy, or the last line of a crashed container's log
 */
public record Obstacles(List<String> messages) {

  /** Asked of whole objects that are overdue. */
  public static final Fact<Obstacles> FACT = new Fact<>("obstacles", Obstacles.class);

  /** Copies the list. */
  public Obstacles {
    messages = List.copyOf(messages);
  }
}
