package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;

/** What the restricted pod security standard asks for, and a read-only root file system. */
public final class Security {

  /** User and group of every process that the operator starts. */
  private static final Long ACCOUNT = 10_001L;

  private Security() {}

  /**
   * For the pod: no root, one account, files of volumes belong to its group. OpenShift gives each
   * namespace numbers of its own and refuses all others; there the images run as any user.
   */
  public static PodSecurityContext pod(Cluster cluster) {
    Long account = cluster.openShift() ? null : ACCOUNT;
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(account)
        .withRunAsGroup(account)
        .withFsGroup(account)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  /** For each container: no capability, no way to gain one, nothing writable but volumes. */
  public static SecurityContext container() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withPrivileged(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }
}
