package dev.knowledgenetwork.operator.runtime.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parts of an object that are the operator's alone: what the plan does not put there must not
 * be there, whoever put it. Everything else is open: others may add to it. The pods of Jobs are not
 * among them, for the API server lets nobody change them.
 *
 * @param roots JSON pointers; each closes what is at and below it
 */
record ClosedPaths(Set<String> roots) {

  private static final String POD = "/spec/template/spec";

  private static final Map<String, ClosedPaths> BY_KIND =
      Map.ofEntries(
          Map.entry(
              "Service",
              closed(
                  "/spec/selector",
                  "/spec/ports",
                  "/spec/externalIPs",
                  "/spec/publishNotReadyAddresses",
                  "/spec/internalTrafficPolicy",
                  "/spec/externalTrafficPolicy",
                  "/spec/trafficDistribution",
                  "/spec/sessionAffinity",
                  "/spec/sessionAffinityConfig",
                  "/spec/loadBalancerSourceRanges")),
          Map.entry("NetworkPolicy", closed("/spec")),
          Map.entry("PodDisruptionBudget", closed("/spec")),
          Map.entry("Role", closed("/rules")),
          Map.entry("RoleBinding", closed("/subjects", "/roleRef")),
          Map.entry("ConfigMap", closed("/data", "/binaryData")),
          Map.entry("Secret", closed("/data")),
          Map.entry(
              "Deployment",
              closed(
                  POD,
                  "/spec/paused",
                  "/spec/strategy",
                  "/spec/minReadySeconds",
                  "/spec/progressDeadlineSeconds")),
          Map.entry(
              "StatefulSet",
              closed(
                  POD,
                  "/spec/updateStrategy",
                  "/spec/ordinals",
                  "/spec/minReadySeconds",
                  "/spec/persistentVolumeClaimRetentionPolicy")),
          Map.entry(
              "Job",
              closed(
                  "/spec/suspend",
                  "/spec/parallelism",
                  "/spec/activeDeadlineSeconds",
                  "/spec/ttlSecondsAfterFinished")),
          Map.entry(
              "ServiceMonitor",
              closed("/spec/selector", "/spec/namespaceSelector", "/spec/endpoints")));

  private static final ClosedPaths NONE = closed();

  /**
   * What the API server itself fills in within closed parts. Kubernetes adds no defaults to pod
   * templates any more (they would roll every workload), so that this list does not grow with it;
   * one that is missing here costs one write without effect each time the operator starts.
   */
  private static final List<Default> DEFAULTS =
      List.of(
          value(POD + "/restartPolicy", "Always"),
          value(POD + "/dnsPolicy", "ClusterFirst"),
          value(POD + "/schedulerName", "default-scheduler"),
          value(POD + "/terminationGracePeriodSeconds", "30"),
          // An old name of serviceAccountName, always kept equal to it.
          any(POD + "/serviceAccount"),
          value(container("/terminationMessagePath"), "/dev/termination-log"),
          value(container("/terminationMessagePolicy"), "File"),
          value(container("/imagePullPolicy"), "IfNotPresent", "Always"),
          value(container("/ports/[^/]+/protocol"), "TCP"),
          value(container("/env/[^/]+/valueFrom/fieldRef/apiVersion"), "v1"),
          value(container("/\\w+Probe/timeoutSeconds"), "1"),
          value(container("/\\w+Probe/periodSeconds"), "10"),
          value(container("/\\w+Probe/successThreshold"), "1"),
          value(container("/\\w+Probe/failureThreshold"), "3"),
          value(container("/.*/httpGet/path"), "/"),
          value(container("/.*/httpGet/scheme"), "HTTP"),
          value(POD + "/volumes/.*/defaultMode", "420"),
          value(POD + "/volumes/.*/fieldRef/apiVersion", "v1"),
          value(POD + "/volumes/.*/expirationSeconds", "3600"),
          value("/spec/updateStrategy/type", "RollingUpdate"),
          value("/spec/updateStrategy/rollingUpdate/partition", "0"),
          value("/spec/progressDeadlineSeconds", "600"),
          value("/spec/persistentVolumeClaimRetentionPolicy/when(Deleted|Scaled)", "Retain"),
          value("/spec/suspend", "false"),
          value("/spec/parallelism", "1"),
          value("/spec/(internal|external)TrafficPolicy", "Cluster"),
          value("/spec/sessionAffinity", "None"),
          value("/spec/ports/[^/]+/protocol", "TCP"),
          any("/spec/ports/[^/]+/(targetPort|nodePort)"));

  ClosedPaths {
    roots = Set.copyOf(roots);
  }

  private record Default(Pattern path, Set<String> values) {
    boolean covers(String path, String value) {
      return (values.isEmpty() || values.contains(value)) && this.path.matcher(path).matches();
    }
  }

  /** Those of a kind. */
  static ClosedPaths of(String kind) {
    return BY_KIND.getOrDefault(kind, NONE);
  }

  /** Whether a closed part begins at this path. */
  boolean begins(String path) {
    return roots.contains(path);
  }

  /** Whether something that the plan does not name is at most what the API server fills in. */
  static boolean isDefault(String path, JsonNode live) {
    if (Values.isEmpty(live)) {
      return true;
    }
    if (live.isObject()) {
      return live.properties().stream()
          .allMatch(
              property -> isDefault(Values.child(path, property.getKey()), property.getValue()));
    }
    return live.isValueNode()
        && DEFAULTS.stream().anyMatch(known -> known.covers(path, live.asText()));
  }

  private static ClosedPaths closed(String... roots) {
    return new ClosedPaths(Set.of(roots));
  }

  private static String container(String below) {
    return POD + "/(initContainers|containers)/[^/]+" + below;
  }

  private static Default value(String path, String... values) {
    return new Default(Pattern.compile(path), Set.of(values));
  }

  private static Default any(String path) {
    return new Default(Pattern.compile(path), Set.of());
  }
}
