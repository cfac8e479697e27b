package dev.knowledgenetwork.operator.core.workload;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a person can do about a refusal of the API server, where its words say enough. */
public final class Advice {

  private static final Pattern NO_PRIORITY_CLASS =
      Pattern.compile("no PriorityClass with name (\\S+) was found");

  private Advice() {}

  /**
   * As a sentence without its full stop; empty where nothing is known.
   *
   * @param words of the API server, not cut
   * @param objects how many of what was refused are missing
   */
  public static Optional<String> on(String namespace, @Nullable String words, int objects) {
    return Quota.next(namespace, words, objects).or(() -> priorityClass(words));
  }

  private static Optional<String> priorityClass(@Nullable String words) {
    Matcher found = NO_PRIORITY_CLASS.matcher(words == null ? "" : words);
    return found.find()
        ? Optional.of(
            "spec.priorityClassName names %s: make it, or name one that there is: kubectl get priorityclasses"
                .formatted(found.group(1)))
        : Optional.empty();
  }
}
