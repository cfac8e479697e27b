package dev.knowledgenetwork.operator.core.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Why a condition is as it is, or what an Event tells of. Reasons are constants of one enum a room;
 * WAITING_FOR_SHARDS is written WaitingForShards. docs/troubleshooting.md says of each what to do.
 */
public interface Reason {

  /** The constant's name. */
  String name();

  /** The reason as a condition or an Event carries it: one CamelCase word. */
  default String text() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
