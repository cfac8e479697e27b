package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.Capability;
import dev.knowledgenetwork.sharding.Outbox;
import java.util.List;
import java.util.stream.Stream;

/** What the platform itself serves of events. */
public final class Events implements Capability {

  @Override
  public List<String> migrations() {
    return Stream.concat(Outbox.MIGRATIONS.stream(), Stream.of("V21__event_consumers.sql"))
        .toList();
  }

  @Override
  public List<Class<?>> routes() {
    return List.of(EventsResource.class);
  }
}
