package dev.knowledgenetwork.events;

import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * Something that happened to a resource and was committed with it.
 *
 * @param id the same wherever and however often the event is told
 * @param type what happened to what, such as {@code document.created}
 * @param subject the resource
 * @param tenant whose it is
 * @param time when the transaction began
 */
public record Event(UUID id, String type, Subject subject, TenantId tenant, Instant time) {

  /**
   * The resource that an event is about.
   *
   * @param kind such as {@code document}
   * @param id which one
   * @param version that the change gave it
   * @param author who created it
   */
  public record Subject(String kind, ResourceId id, long version, String author) {}
}
