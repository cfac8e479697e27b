package dev.knowledgenetwork.operator.core.workload;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What pods wrote, for a person to read where nobody has said why they do not serve. */
public final class Logs {

  private Logs() {}

  /** The command that shows the newest of it, of all pods with these labels. */
  public static String command(String namespace, Map<String, String> labels) {
    return "kubectl -n %s logs -l %s --prefix --tail=100"
        .formatted(
            namespace,
            new TreeMap<>(labels)
                .entrySet().stream()
                    .map(label -> label.getKey() + "=" + label.getValue())
                    .collect(Collectors.joining(",")));
  }
}
