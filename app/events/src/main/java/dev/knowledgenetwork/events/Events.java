package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Capability;
import java.util.List;

/** What the platform itself serves of events. */
public final class Events implements Capability {

  @Override
  public List<String> migrations() {
    return List.of("V21__event_consumers.sql");
  }

  @Override
  public List<Class<?>> routes() {
    return List.of(EventsResource.class);
  }
}
