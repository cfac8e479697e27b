package dev.knowledgenetwork.operator.runtime.kit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * A validating policy of a namespace that denies one verb on some resources: "caches are frozen
 * until Monday, ask the platform team". The API server takes a moment to follow it.
 */
public final class DenyingPolicy implements AutoCloseable {

  private static final String DENYING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: NAMESPACE
      spec:
        failurePolicy: Fail
        matchConstraints:
          namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: NAMESPACE
          resourceRules:
          - apiGroups: ["", apps, knowledgenetwork.dev]
            apiVersions: [v1, v1alpha1]
            operations: [OPERATION]
            resources: [RESOURCES]
        validations:
        - expression: "false"
          message: caches are frozen until Monday, ask the platform team
      """;

  private static final String BINDING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: NAMESPACE
      spec:
        policyName: NAMESPACE
        validationActions: [Deny]
      """;

  private final KubernetesClient client;
  private final HasMetadata policy;
  private final HasMetadata binding;

  /**
   * Not in force yet.
   *
   * @param operation as UPDATE
   * @param resources in plural, of the core, of apps and of our own group
   */
  public DenyingPolicy(
      KubernetesClient client, String namespace, String operation, String resources) {
    this.client = client;
    this.policy =
        client
            .resource(
                DENYING
                    .replace("NAMESPACE", namespace)
                    .replace("OPERATION", operation)
                    .replace("RESOURCES", resources))
            .item();
    this.binding = client.resource(BINDING.replace("NAMESPACE", namespace)).item();
  }

  /** From a moment later on it denies. */
  public void install() {
    client.resource(policy).create();
    client.resource(binding).create();
  }

  /** It is bound to nothing any more. */
  public void lift() {
    client.resource(binding).delete();
  }

  @Override
  public void close() {
    lift();
    client.resource(policy).delete();
  }
}
