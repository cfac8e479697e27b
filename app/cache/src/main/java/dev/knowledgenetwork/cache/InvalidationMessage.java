package dev.knowledgenetwork.cache;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One message on the invalidation channel. Without a change it is a heartbeat: it repeats the last
 * sequence, so that a loss shows even when nobody writes any more.
 *
 * @param sender a process, by a name that no other one has
 * @param epoch when that process began, in milliseconds; a restarted sender has a greater one
 * @param sequence 1, 2, 3... within sender and epoch, without a hole
 * @param change what changed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InvalidationMessage(String sender, long epoch, long sequence, @Nullable KeyChange change) {

  private static final ObjectMapper JSON = new ObjectMapper();

  String encode() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an invalidation message is always JSON", e);
    }
  }

  /** Reads a message; empty if it is none: others may publish there too. */
  static Optional<InvalidationMessage> decode(String text) {
    try {
      InvalidationMessage message = JSON.readValue(text, InvalidationMessage.class);
      return message == null || message.sender == null ? Optional.empty() : Optional.of(message);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
