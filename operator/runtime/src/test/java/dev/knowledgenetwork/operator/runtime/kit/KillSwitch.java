package dev.knowledgenetwork.operator.runtime.kit;

import java.util.ArrayList;
import java.util.List;

/**
 * The life of an operator as one namespace sees it: so many deeds, and with the last one it is cut
 * off. What it wanted to do next never gets out, and what it may have learned of its last deed dies
 * with it. A deed is a write to the API server or a request to Patroni that changes something;
 * Events count as none, but get out only while it lives.
 */
public final class KillSwitch implements FakePatroni.Wire {

  private final List<String> deeds = new ArrayList<>();
  private int left;
  private boolean done;

  private KillSwitch(int left) {
    this.left = left;
  }

  /** It is cut off with that deed; counted from one. */
  public static KillSwitch after(int deeds) {
    return new KillSwitch(deeds);
  }

  /** It is never cut off. */
  public static KillSwitch never() {
    return new KillSwitch(Integer.MAX_VALUE);
  }

  @Override
  public synchronized boolean admits(String deed) {
    if (!alive()) {
      return false;
    }
    left--;
    deeds.add(deed);
    return true;
  }

  /** Whether anything gets out. */
  public synchronized boolean alive() {
    return left > 0;
  }

  /** The answer to a deed is on its way. */
  @Override
  public synchronized void done() {
    done = true;
  }

  /** Whether it is cut off and its last deed is done. */
  public synchronized boolean dead() {
    return !alive() && done;
  }

  /** What got out, in its order. */
  public synchronized List<String> deeds() {
    return List.copyOf(deeds);
  }
}
