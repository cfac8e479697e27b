package dev.knowledgenetwork.events;

import dev.knowledgenetwork.web.ClientConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connection whose client is there until it goes or is given up. */
final class TestConnection implements ClientConnection {

  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private volatile boolean brokenOff;

  @Override
  public void onEnd(Runnable action) {
    actions.add(action);
  }

  @Override
  public void breakOff() {
    brokenOff = true;
    end();
  }

  void end() {
    actions.forEach(Runnable::run);
  }

  boolean isBrokenOff() {
    return brokenOff;
  }
}
