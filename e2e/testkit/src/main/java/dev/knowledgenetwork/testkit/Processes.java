package dev.knowledgenetwork.testkit;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes of pods, seen from the machine that hosts the test cluster. Needs root and the
 * embedded cluster: its nodes share the machine's process table.
 */
public final class Processes {

  private Processes() {}

  /** A process of a container. */
  public record Process(long pid, String commandLine, String environment) {

    /** SIGKILL: no clean-up of any kind. */
    public void kill() {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** All processes of a pod's containers, the pause process aside. */
  public static List<Process> of(Pod pod) {
    List<String> containers =
        pod.getStatus().getContainerStatuses().stream()
            .map(status -> status.getContainerID())
            .filter(id -> id != null)
            .map(id -> id.substring(id.indexOf("//") + 2))
            .toList();
    try (Stream<Path> proc = Files.list(Path.of("/proc"))) {
      return proc.filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(path -> containers.stream().anyMatch(read(path.resolve("cgroup"))::contains))
          .map(
              path ->
                  new Process(
                      Long.parseLong(path.getFileName().toString()),
                      read(path.resolve("cmdline")).replace('\0', ' '),
                      read(path.resolve("environ")).replace('\0', '\n')))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills all processes of a pod with SIGKILL, then deletes the pod, so that a new one starts at
   * once: a container restarted in place would wait ever longer. Fails where nothing ran.
   */
  public static void killPod(Cluster cluster, Pod pod) {
    List<Process> processes = of(pod);
    if (processes.isEmpty()) {
      throw new AssertionError("no process of " + pod.getMetadata().getName() + " to kill");
    }
    processes.forEach(Process::kill);
    cluster.client().pods().resource(pod).withGracePeriod(0).delete();
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // the process has ended since it was listed
    }
  }
}
