package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all pods and service accounts of one object carry besides what the operator gives them. Its
 * fields stand in the spec of each kind itself, where engineers look first.
 */
public record PodOptions(
    List<LocalReference> imagePullSecrets,
    @Nullable String priorityClassName,
    Map<String, String> podLabels,
    Map<String, String> podAnnotations,
    Map<String, String> serviceAccountAnnotations) {

  /** Of the field imagePullSecrets. */
  public static final String PULL_SECRETS =
      "Secrets of this namespace with credentials for the registries of the images.";

  /** Of the field priorityClassName. */
  public static final String PRIORITY =
      "PriorityClass of all pods; absent: the default of the cluster.";

  /** Of the field podLabels. */
  public static final String LABELS = "More labels of all pods. They never enter a selector.";

  /** Of the field podAnnotations. */
  public static final String ANNOTATIONS = "More annotations of all pods.";

  /** Of the field serviceAccountAnnotations. */
  public static final String ACCOUNTS =
      "Annotations of all service accounts, as a workload identity of a cloud needs them.";

  /** What Kubernetes allows as the name of most objects. */
  public static final String OBJECT_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

  /** What Kubernetes allows as the value of a label. */
  public static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

  /** What Kubernetes allows as the key of a label or an annotation. */
  public static final String KEY =
      "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

  private static final String MAPS =
      "[has(self.podLabels) ? self.podLabels : {}, has(self.podAnnotations) ?"
          + " self.podAnnotations : {}, has(self.serviceAccountAnnotations) ?"
          + " self.serviceAccountAnnotations : {}]";

  /** CEL, for specs: keys are well formed. */
  public static final String KEYS_RULE = MAPS + ".all(m, m.all(k, k.matches('" + KEY + "')))";

  /** What is said of a key that breaks the rule. */
  public static final String KEYS_MESSAGE =
      "keys in podLabels, podAnnotations and serviceAccountAnnotations have at most 63 characters"
          + " of A-Z, a-z, 0-9, -, _ and ., after a domain and / where there is one";

  /** CEL, for specs: no key is the operator's. */
  public static final String RESERVED_RULE =
      MAPS
          + ".all(m, m.all(k, !k.startsWith('knowledgenetwork.dev/') &&"
          + " !k.startsWith('app.kubernetes.io/')))";

  /** What is said of a key that breaks the rule. */
  public static final String RESERVED_MESSAGE =
      "podLabels, podAnnotations and serviceAccountAnnotations must not hold keys that begin with"
          + " knowledgenetwork.dev/ or app.kubernetes.io/: the operator sets these itself";

  public PodOptions {
    imagePullSecrets = List.copyOf(requireNonNullElse(imagePullSecrets, List.of()));
    podLabels = Map.copyOf(requireNonNullElse(podLabels, Map.of()));
    podAnnotations = Map.copyOf(requireNonNullElse(podAnnotations, Map.of()));
    serviceAccountAnnotations = Map.copyOf(requireNonNullElse(serviceAccountAnnotations, Map.of()));
  }

  /** Whether only the operator may set the label or annotation. */
  public static boolean reserved(String key) {
    return key.startsWith("knowledgenetwork.dev/") || key.startsWith("app.kubernetes.io/");
  }

  /** Nothing more than the operator gives. */
  public static PodOptions none() {
    return new PodOptions(List.of(), null, Map.of(), Map.of(), Map.of());
  }
}
