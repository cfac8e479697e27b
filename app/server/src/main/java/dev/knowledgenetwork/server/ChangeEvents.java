package dev.knowledgenetwork.server;

import dev.knowledgenetwork.kernel.Capability;
import java.util.List;

/** The changes of all modules as streams of events. */
final class ChangeEvents implements Capability {

  @Override
  public List<Class<?>> routes() {
    return List.of(EventsResource.class);
  }
}
