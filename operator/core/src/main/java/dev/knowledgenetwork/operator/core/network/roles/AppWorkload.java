package dev.knowledgenetwork.operator.core.network.roles;

import dev.knowledgenetwork.crds.network.ApiService;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;

/** Everything that runs or leads to the pods of the roles, except network policies. */
public final class AppWorkload {

  private static final int ROLL_DEADLINE_SECONDS = 300;
  private static final int HISTORY = 3;

  /** Pods of a role beyond those asked for while a roll replaces them. */
  public static final int MAX_SURGE = 1;

  private AppWorkload() {}

  /** The settings of all roles. */
  public static ConfigMap settings(NetworkObjects objects, Recipe recipe) {
    String name = Names.applicationSettings(objects.name());
    return new ConfigMapBuilder()
        .withMetadata(objects.metadata(name, NetworkObjects.SHARED))
        .withData(recipe.files())
        .build();
  }

  /** An account without rights: no pod of the application talks to the Kubernetes API. */
  public static ServiceAccount serviceAccount(NetworkObjects objects, String role) {
    return objects.pods().account(objects.metadata(role));
  }

  /** The pods of a role: replaced one by one, a new one ready before an old one goes. */
  public static Deployment deployment(
      NetworkObjects objects, Role role, Release release, int replicas, Recipe recipe) {
    return new DeploymentBuilder()
        .withMetadata(
            new ObjectMetaBuilder(objects.metadata(role.text()))
                .addToAnnotations(Release.ANNOTATION, release.text())
                .addToAnnotations(Applied.annotations(recipe))
                .build())
        .withNewSpec()
        .withReplicas(replicas)
        .withRevisionHistoryLimit(HISTORY)
        .withProgressDeadlineSeconds(ROLL_DEADLINE_SECONDS)
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxUnavailable(new IntOrString(0))
        .withMaxSurge(new IntOrString(MAX_SURGE))
        .endRollingUpdate()
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(objects.selector(role.text()))
        .endSelector()
        .withTemplate(recipe.template())
        .endSpec()
        .build();
  }

  /** The address of the API, for those whom the spec lets in. */
  public static List<Service> apiServices(NetworkObjects objects) {
    ApiService asked = objects.network().getSpec().api().service();
    Service inside = service(objects, Role.API);
    boolean ranges = !asked.sourceRanges().isEmpty();
    Service api =
        new ServiceBuilder(inside)
            .editMetadata()
            .addToAnnotations(asked.annotations())
            .endMetadata()
            .editSpec()
            .withType(
                switch (asked.type()) {
                  case CLUSTER_IP -> "ClusterIP";
                  case NODE_PORT -> "NodePort";
                  case LOAD_BALANCER -> "LoadBalancer";
                })
            .withLoadBalancerClass(asked.loadBalancerClass())
            .withLoadBalancerSourceRanges(asked.sourceRanges().stream().sorted().toList())
            // The network policy judges by the client's address, which would be a node's otherwise.
            .withExternalTrafficPolicy(ranges ? "Local" : null)
            .endSpec()
            .build();
    if (!asked.exposed()) {
      return List.of(api);
    }
    api.getSpec().setPorts(List.of(port("https", AppPod.HTTPS_PORT)));
    Service metrics =
        new ServiceBuilder(inside)
            .editMetadata()
            .withName(Names.apiMetrics(objects.name()))
            .endMetadata()
            .editSpec()
            .withPorts(port("management", AppPod.MANAGEMENT_PORT))
            .endSpec()
            .build();
    return List.of(api, metrics);
  }

  /** The stable address of a role. */
  public static Service service(NetworkObjects objects, Role role) {
    ServicePort management = port("management", AppPod.MANAGEMENT_PORT);
    return new ServiceBuilder()
        .withMetadata(objects.metadata(role.text()))
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(objects.selector(role.text()))
        .withPorts(
            role.serving()
                ? List.of(port("https", AppPod.HTTPS_PORT), management)
                : List.of(management))
        .endSpec()
        .build();
  }

  /** Lets node drains take one pod of a role at a time. */
  public static PodDisruptionBudget disruptionBudget(NetworkObjects objects, Role role) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(objects.metadata(role.text()))
        .withNewSpec()
        // What does not serve anyway must not keep a node from being drained.
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withMaxUnavailable(new IntOrString(1))
        .withNewSelector()
        .withMatchLabels(objects.selector(role.text()))
        .endSelector()
        .endSpec()
        .build();
  }

  private static ServicePort port(String name, int number) {
    return new ServicePortBuilder()
        .withName(name)
        .withPort(number)
        .withTargetPort(new IntOrString(name))
        .withProtocol("TCP")
        .build();
  }
}
