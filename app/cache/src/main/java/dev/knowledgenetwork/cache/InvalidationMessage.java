package dev.knowledgenetwork.cache;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One message on the invalidation channel.
 *
 * @param sender a process, by a name that no other one has at the same time
 * @param epoch when that process began, in milliseconds; a restarted sender has a greater one
 * @param sequence of the sender's changes, 1, 2, 3... without a hole, in the order they were sent;
 *     what is no change repeats the last one, so that a loss shows even when nobody writes any more
 * @param kind what it says
 * @param change what changed; of a {@link Kind#CHANGE} only
 * @param at when it was sent, in milliseconds of a clock that only the sender has
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
record InvalidationMessage(
    String sender,
    long epoch,
    long sequence,
    Kind kind,
    @Nullable KeyChange change,
    @Nullable Long at) {

  /** What messages say. */
  enum Kind {
    CHANGE,
    /** Everything may have changed. */
    EVERYTHING,
    /** Whatever the sender has changed was told. */
    HEARTBEAT,
    /** The sender lives, but has changes yet to be told. */
    BEHIND,
    /** The sender ends, and has told everything. */
    LEAVING
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether it takes a place of its own in the sequence. */
  boolean counts() {
    return kind == Kind.CHANGE || kind == Kind.EVERYTHING;
  }

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
      return message == null || !message.isWhole() ? Optional.empty() : Optional.of(message);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private boolean isWhole() {
    return sender != null && kind != null && (kind == Kind.CHANGE) == (change != null);
  }
}
