package dev.knowledgenetwork.operator.core.workload;

import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Volumes of a pod together with where its container sees them; immutable. */
public record Mounts(List<Volume> volumes, List<VolumeMount> mounts) {

  /** Readable for the pod's group (fsGroup), for nobody else. */
  private static final int GROUP_READS = 0440;

  /** Life of a token for the Kubernetes API: the shortest that the API server issues. */
  public static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

  private static final String TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount";

  public Mounts {
    volumes = List.copyOf(volumes);
    mounts = List.copyOf(mounts);
  }

  /** No volume. */
  public static Mounts none() {
    return new Mounts(List.of(), List.of());
  }

  /** All keys of a Secret as files, read-only. */
  public Mounts secret(String volume, String secret, String path) {
    return secret(volume, secret, List.of(), path);
  }

  /** One key of a Secret as a file of the same name, read-only. */
  public Mounts secretKey(String volume, String secret, String key, String path) {
    return secret(volume, secret, List.of(new KeyToPath(key, null, key)), path);
  }

  /** All keys of a ConfigMap as files, read-only. */
  public Mounts configMap(String volume, String configMap, String path) {
    return with(
        new VolumeBuilder()
            .withName(volume)
            .withNewConfigMap()
            .withName(configMap)
            .withDefaultMode(GROUP_READS)
            .endConfigMap()
            .build(),
        path,
        true);
  }

  /** Files of several ConfigMaps and Secrets in one directory, read-only. */
  public Mounts projected(String volume, String path, VolumeProjection... sources) {
    return with(
        new VolumeBuilder()
            .withName(volume)
            .withNewProjected()
            .withDefaultMode(GROUP_READS)
            .withSources(sources)
            .endProjected()
            .build(),
        path,
        true);
  }

  /**
   * What a client of the Kubernetes API looks for in a pod: a token for the pod's account, the
   * authority of the API server and the namespace. The kubelet writes another token when four
   * fifths of its life are over, so whoever uses it reads the file again from time to time. Unlike
   * the one that Kubernetes mounts by itself, it is short-lived: one that is void, because the
   * account was deleted and made again, is replaced within its life.
   */
  public Mounts apiToken(String volume) {
    return projected(
        volume,
        TOKEN_DIRECTORY,
        new VolumeProjectionBuilder()
            .withNewServiceAccountToken(null, TOKEN_LIFE.toSeconds(), "token")
            .build(),
        new VolumeProjectionBuilder()
            .withNewConfigMap()
            .withName("kube-root-ca.crt")
            .addNewItem("ca.crt", null, "ca.crt")
            .endConfigMap()
            .build(),
        new VolumeProjectionBuilder()
            .withNewDownwardAPI()
            .addNewItem()
            .withPath("namespace")
            .withNewFieldRef("v1", "metadata.namespace")
            .endItem()
            .endDownwardAPI()
            .build());
  }

  /** An empty directory of the node that goes with the pod. */
  public Mounts scratch(String volume, Quantity limit, String path) {
    return empty(volume, null, limit, path);
  }

  /** An empty directory that counts as memory of the pod. */
  public Mounts memory(String volume, Quantity limit, String path) {
    return empty(volume, "Memory", limit, path);
  }

  /** What a claim template of the StatefulSet brings, which adds the volume itself. */
  public Mounts claim(String volume, String path) {
    return mounted(volumes, volume, path, false);
  }

  /** The same volumes; in the container, what can be written comes before what cannot. */
  public Mounts writableFirst() {
    List<VolumeMount> sorted = new ArrayList<>(mounts);
    sorted.sort(Comparator.comparing(mount -> Boolean.TRUE.equals(mount.getReadOnly())));
    return new Mounts(volumes, sorted);
  }

  private Mounts secret(String volume, String secret, List<KeyToPath> items, String path) {
    return with(
        new VolumeBuilder()
            .withName(volume)
            .withNewSecret()
            .withSecretName(secret)
            .withDefaultMode(GROUP_READS)
            .withItems(items)
            .endSecret()
            .build(),
        path,
        true);
  }

  private Mounts empty(String volume, @Nullable String medium, Quantity limit, String path) {
    return with(
        new VolumeBuilder()
            .withName(volume)
            .withNewEmptyDir()
            .withMedium(medium)
            .withSizeLimit(limit)
            .endEmptyDir()
            .build(),
        path,
        false);
  }

  private Mounts with(Volume volume, String path, boolean readOnly) {
    List<Volume> all = new ArrayList<>(volumes);
    all.add(volume);
    return mounted(all, volume.getName(), path, readOnly);
  }

  private Mounts mounted(List<Volume> all, String volume, String path, boolean readOnly) {
    List<VolumeMount> allMounts = new ArrayList<>(mounts);
    allMounts.add(
        new VolumeMountBuilder()
            .withName(volume)
            .withMountPath(path)
            .withReadOnly(readOnly ? true : null)
            .build());
    return new Mounts(all, allMounts);
  }
}
