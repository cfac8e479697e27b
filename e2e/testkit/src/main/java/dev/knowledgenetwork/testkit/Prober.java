package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A pod that tries to reach others, as any pod of its namespace and with its labels could. */
public final class Prober {

  private final Cluster cluster;
  private final Pod pod;

  private Prober(Cluster cluster, Pod pod) {
    this.cluster = cluster;
    this.pod = pod;
  }

  /** Starts the pod from an image that has bash; waits until it runs. */
  public static Prober start(
      Cluster cluster, String namespace, String name, String image, Map<String, String> labels) {
    cluster.namespace(namespace);
    Pod pod =
        waiting(namespace, name, image).editMetadata().withLabels(labels).endMetadata().build();
    cluster.client().pods().resource(pod).create();
    Awaitility.await("the prober to run")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                "Running"
                    .equals(cluster.client().pods().resource(pod).get().getStatus().getPhase()));
    return new Prober(cluster, pod);
  }

  /** A pod that does nothing, within the restricted policy; its image must have bash. */
  public static PodBuilder waiting(String namespace, String name, String image) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(10001L)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName(name)
        .withImage(image)
        .withCommand("/bin/bash", "-c", "trap exit TERM; while :; do read -t 1 <> <(:); done")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec();
  }

  /** Runs commands in a pod that is there already; its image must have bash. */
  public static Prober in(Cluster cluster, Pod pod) {
    return new Prober(cluster, pod);
  }

  /** True when a TCP connection to that address and port opens within three seconds. */
  public boolean reaches(String address, int port) {
    return run("timeout 3 bash -c 'echo > /dev/tcp/%s/%d' 2>/dev/null && echo open || echo closed"
            .formatted(address, port))
        .strip()
        .equals("open");
  }

  /** Runs a shell command in the pod and returns what it printed. */
  public String run(String command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ExecWatch exec =
        cluster.client().pods().resource(pod).writingOutput(out).exec("/bin/bash", "-c", command)) {
      exec.exitCode().get(2, TimeUnit.MINUTES);
    } catch (Exception e) {
      throw new AssertionError("exec in " + pod.getMetadata().getName() + " failed", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
