package dev.knowledgenetwork.operator.core.workload;

import static java.util.stream.Collectors.joining;

import dev.knowledgenetwork.operator.core.naming.Labels;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why the scheduler finds no node for a pod: its words, and which fields of the spec ask for what
 * no node has.
 */
final class Unscheduled {

  /** That no other pod can be driven out either: nothing that a spec could change. */
  private static final Pattern REMAINDER =
      Pattern.compile("\\. (no new claims to deallocate|preemption:).*");

  /** Of nodes that are away, under pressure or closed: no spec should tolerate those. */
  private static final Pattern STATE_OF_NODE =
      Pattern.compile("untolerated taint\\(?s?\\)? \\{node\\.kubernetes\\.io/|were unschedulable");

  private static final Pattern TAINT =
      Pattern.compile("untolerated taint\\(?s?\\)?(?! \\{node\\.kubernetes\\.io/)");
  private static final Pattern VOLUME =
      Pattern.compile(
          "volume node affinity conflict|PersistentVolume's node affinity"
              + "|unbound immediate PersistentVolumeClaims"
              + "|persistent volumes to bind|persistentvolumeclaim|storageclass");

  /** What asks for cpu and memory, by what a pod runs. */
  private static final Map<String, String> RESOURCES =
      Map.of(
          "postgres", "spec.resources",
          "postgres-trial", "spec.resources",
          "pooler", "spec.pool.pooler.resources",
          "valkey", "spec.l2.memory",
          "valkey-trial", "spec.l2.memory",
          "api", "spec.api.resources",
          "realtime", "spec.realtime.resources",
          "worker", "spec.worker.resources");

  private final Pod pod;
  private final String words;

  private Unscheduled(Pod pod, String words) {
    this.pod = pod;
    this.words = words;
  }

  static Obstacle obstacle(Pod pod, @Nullable String message) {
    String words =
        Line.of(message == null ? "" : REMAINDER.matcher(message.strip()).replaceFirst(""));
    return new Obstacle(
        "Pod",
        pod.getMetadata().getName(),
        "finds no node",
        words,
        new Unscheduled(pod, words).next());
  }

  private String next() {
    String known =
        Stream.of(
                selector(),
                when(
                    TAINT,
                    "nodes have taints that spec.placement.tolerations does not name: kubectl get"
                        + " nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints"),
                resources(),
                when(
                    VOLUME,
                    "its volume, by spec.storage.storageClassName, is not made or is elsewhere:"
                        + " kubectl -n %s describe pvc"
                            .formatted(pod.getMetadata().getNamespace())),
                when(
                    "anti-affinity",
                    "by spec.placement.antiAffinity no two of them share a node: add a node, or set it"
                        + " to Preferred"),
                when(
                    "topology spread",
                    "by spec.placement.topologySpread they need more parts of the cluster than there"
                        + " are: kubectl get nodes --show-labels"),
                when(STATE_OF_NODE, "nodes are away or closed: kubectl get nodes"))
            .flatMap(Optional::stream)
            .collect(joining("; "));
    return known.isEmpty()
        ? "Read on: kubectl -n %s get events --field-selector reason=FailedScheduling"
            .formatted(pod.getMetadata().getNamespace())
        : known.substring(0, 1).toUpperCase(Locale.ROOT) + known.substring(1);
  }

  private Optional<String> selector() {
    Map<String, String> asked =
        spec().map(PodSpec::getNodeSelector).map(Map::copyOf).orElse(Map.of());
    if (asked.isEmpty() || !words.contains("node affinity/selector")) {
      return Optional.empty();
    }
    return Optional.of(
        ("no node that is free has the labels of spec.placement.nodeSelector (%s): take the field"
                + " back, or label one: kubectl label node NODE %s")
            .formatted(pairs(asked, ", "), pairs(asked, " ")));
  }

  private Optional<String> resources() {
    Map<String, String> lacking = new TreeMap<>();
    spec().stream()
        .flatMap(spec -> spec.getContainers().stream())
        .map(Container::getResources)
        .filter(resources -> resources != null && resources.getRequests() != null)
        .map(ResourceRequirements::getRequests)
        .map(Map::entrySet)
        .flatMap(Set::stream)
        .filter(request -> words.contains("Insufficient " + request.getKey()))
        .forEach(request -> lacking.put(request.getKey(), request.getValue().toString()));
    return words.contains("Insufficient ")
        ? Optional.of(
            ("more than any node has left is asked for by %s%s: ask for less%s, or see what takes it:"
                    + " kubectl describe nodes")
                .formatted(
                    field(),
                    lacking.isEmpty() ? "" : " (" + pairs(lacking, ", ") + ")",
                    // A smaller request alone finds a node, and PostgreSQL takes more than it has.
                    field().equals("spec.resources") && lacking.containsKey("memory")
                        ? " in requests and in limits, by which PostgreSQL measures its buffers"
                        : ""))
        : Optional.empty();
  }

  private String field() {
    return Optional.ofNullable(pod.getMetadata().getLabels())
        .map(labels -> RESOURCES.get(labels.get(Labels.NAME)))
        .orElse("its resources");
  }

  private Optional<PodSpec> spec() {
    return Optional.ofNullable(pod.getSpec());
  }

  private Optional<String> when(String said, String then) {
    return words.contains(said) ? Optional.of(then) : Optional.empty();
  }

  private Optional<String> when(Pattern said, String then) {
    return said.matcher(words).find() ? Optional.of(then) : Optional.empty();
  }

  private static String pairs(Map<String, String> map, String between) {
    return new TreeMap<>(map)
        .entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(joining(between));
  }
}
