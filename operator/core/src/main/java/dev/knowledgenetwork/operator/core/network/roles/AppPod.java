package dev.knowledgenetwork.operator.core.network.roles;

import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.network.Auth;
import dev.knowledgenetwork.crds.network.AuthMode;
import dev.knowledgenetwork.crds.network.Oidc;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.workload.Amounts;
import dev.knowledgenetwork.operator.core.workload.Mounts;
import dev.knowledgenetwork.operator.core.workload.Security;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pods of the application: one container, whose argument is its role. */
public final class AppPod {

  /** Probes and metrics, HTTP. */
  static final int MANAGEMENT_PORT = 9000;

  /** Where the authority of an issuer's certificate is, if it is not publicly known. */
  static final String ISSUER = "/etc/kn/issuer";

  static final String ISSUER_AUTHORITY = "ca.crt";

  /** The public surface, HTTPS. */
  public static final int HTTPS_PORT = 8443;

  private static final String CONTAINER = "app";
  private static final Quantity SCRATCH = new Quantity("64Mi");
  private static final long DRAIN_SECONDS = 45;

  private AppPod() {}

  /**
   * The pod of a role that runs for ever.
   *
   * @param settings names of the variables in the ConfigMap of settings
   */
  static PodSpec serving(
      NetworkObjects objects,
      Role role,
      Release release,
      Resources resources,
      Set<String> settings) {
    Mounts mounts = servingMounts(objects, release);
    List<EnvVar> environment = new ArrayList<>();
    environment.add(variable("KN_ROLE", role.text()));
    settings.forEach(
        name -> environment.add(setting(Names.applicationSettings(objects.name()), name)));
    environment.add(podName());
    environment.addAll(AppEnvironment.asked(objects.network().getSpec().env()));
    ContainerBuilder container =
        container(role.text(), release.image(), resources, mounts)
            .withEnv(environment)
            .withPorts(ports(role))
            .withStartupProbe(probe("started", 2, 90))
            .withReadinessProbe(probe("ready", 5, 2))
            .withLivenessProbe(probe("live", 10, 3));
    return objects
        .pods()
        .ofGroup(objects.cluster(), objects.name(role.text()), objects.selector(role.text()))
        .withRestartPolicy("Always")
        .withTerminationGracePeriodSeconds(DRAIN_SECONDS)
        .withContainers(container.build())
        .withVolumes(mounts.volumes())
        .build();
  }

  /** The pod that migrates the schema of every shard, over direct connections. */
  public static PodSpec migrating(NetworkObjects objects, Release release) {
    Mounts mounts =
        database(release, release.database().migrateSecret()).scratch("tmp", SCRATCH, "/tmp");
    ContainerBuilder container =
        container(NetworkObjects.MIGRATE, release.image(), Sizes.MIGRATION, mounts)
            .withEnv(
                variable("KN_ROLE", NetworkObjects.MIGRATE),
                variable("KN_NETWORK", objects.name()),
                variable("KN_NAMESPACE", objects.namespace()),
                podName())
            .addAllToEnv(AppEnvironment.asked(objects.network().getSpec().env()));
    return objects
        .pods()
        .once(objects.cluster(), objects.name(NetworkObjects.MIGRATE))
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(DRAIN_SECONDS)
        .withContainers(container.build())
        .withVolumes(mounts.volumes())
        .build();
  }

  private static Mounts servingMounts(NetworkObjects objects, Release release) {
    Mounts mounts =
        database(release, release.database().appSecret())
            .configMap("cache", release.cache().configMap(), "/etc/kn/cache")
            .secret("cache-auth", release.cache().secret(), "/etc/kn/cache-auth")
            .secret("tls", Names.apiTls(objects.name()), "/etc/kn/tls")
            .scratch("tmp", SCRATCH, "/tmp");
    Auth auth = objects.network().getSpec().security().auth();
    if (auth.mode() == AuthMode.DEVELOPMENT) {
      return mounts.secretKey(
          "auth", Names.signingKey(objects.name()), "public.jwks", "/etc/kn/auth");
    }
    return Optional.ofNullable(auth.oidc())
        .map(Oidc::caSecretRef)
        .map(ca -> mounts.secretKey("issuer", ca.name(), ISSUER_AUTHORITY, ISSUER))
        .orElse(mounts);
  }

  private static Mounts database(Release release, String login) {
    return Mounts.none()
        .secret("topology", release.database().topologySecret(), "/etc/kn/topology")
        .secret("db", login, "/etc/kn/db");
  }

  private static ContainerBuilder container(
      String role, String image, Resources resources, Mounts mounts) {
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(role)
        .withResources(Amounts.requirements(resources))
        .withSecurityContext(Security.container())
        .withVolumeMounts(mounts.mounts());
  }

  private static List<ContainerPort> ports(Role role) {
    ContainerPort management = port("management", MANAGEMENT_PORT);
    return role.serving() ? List.of(port("https", HTTPS_PORT), management) : List.of(management);
  }

  private static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }

  private static Probe probe(String check, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath("/q/health/" + check)
        .withPort(new IntOrString("management"))
        .withScheme("HTTP")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(3)
        .withFailureThreshold(failures)
        .build();
  }

  private static EnvVar variable(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }

  private static EnvVar setting(String configMap, String name) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewConfigMapKeyRef(name, configMap, null)
        .endValueFrom()
        .build();
  }

  private static EnvVar podName() {
    return new EnvVarBuilder()
        .withName("POD_NAME")
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath("metadata.name")
        .endFieldRef()
        .endValueFrom()
        .build();
  }
}
