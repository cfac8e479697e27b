package dev.knowledgenetwork.operator.core.kind;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reasons are constants of enums; WAITING_FOR_SHARDS is written WaitingForShards. */
public interface Reason {

  /** The constant's name. */
  String name();

  /** The reason as a condition carries it. */
  default String text() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
