package dev.knowledgenetwork.operator.core.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.plan.Plan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What every pod that the operator makes must keep to. */
public final class PodRules {

  private PodRules() {}

  /** The pod templates of a plan. */
  public static List<PodTemplateSpec> templates(Plan plan) {
    return plan.resources().stream().flatMap(object -> template(object).stream()).toList();
  }

  /** The pod template of a workload, where the object is one. */
  public static Optional<PodTemplateSpec> template(HasMetadata object) {
    return switch (object) {
      case Deployment deployment -> Optional.of(deployment.getSpec().getTemplate());
      case StatefulSet set -> Optional.of(set.getSpec().getTemplate());
      case Job job -> Optional.of(job.getSpec().getTemplate());
      default -> Optional.empty();
    };
  }

  /** The restricted pod security standard, and the house rules on top of it. */
  public static void verifyRestricted(PodSpec pod) {
    assertThat(pod.getHostNetwork()).isNull();
    assertThat(pod.getHostPID()).isNull();
    assertThat(pod.getHostIPC()).isNull();
    assertThat(pod.getServiceAccountName()).isNotEmpty();
    assertThat(pod.getAutomountServiceAccountToken())
        .as("a token is mounted where it is needed, and short-lived")
        .isFalse();
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(pod.getTerminationGracePeriodSeconds()).isPositive();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10_001);
    assertThat(pod.getSecurityContext().getRunAsGroup()).isEqualTo(10_001);
    assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(10_001);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getVolumes()).allSatisfy(PodRules::verifyVolume);
    Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
        .forEach(PodRules::verifyContainer);
  }

  /** Lives, in seconds, of the tokens for the Kubernetes API that a pod has. */
  public static List<Long> tokens(PodSpec pod) {
    return pod.getVolumes().stream()
        .filter(volume -> volume.getProjected() != null)
        .flatMap(volume -> volume.getProjected().getSources().stream())
        .map(VolumeProjection::getServiceAccountToken)
        .filter(Objects::nonNull)
        .map(ServiceAccountTokenProjection::getExpirationSeconds)
        .toList();
  }

  private static void verifyContainer(Container container) {
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
    assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory");
    assertThat(container.getPorts()).noneMatch(port -> port.getHostPort() != null);
  }

  /** Restricted names the volume types that are allowed; an empty directory has a size. */
  private static void verifyVolume(Volume volume) {
    assertThat(volume.getHostPath()).isNull();
    boolean allowed =
        volume.getConfigMap() != null
            || volume.getSecret() != null
            || volume.getProjected() != null
            || volume.getPersistentVolumeClaim() != null
            || (volume.getEmptyDir() != null && volume.getEmptyDir().getSizeLimit() != null);
    assertThat(allowed).as(volume.getName()).isTrue();
  }
}
