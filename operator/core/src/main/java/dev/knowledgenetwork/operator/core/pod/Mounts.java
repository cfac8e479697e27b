package dev.knowledgenetwork.operator.core.pod;

import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;

/** Volumes of a pod together with where its container sees them; immutable. */
public record Mounts(List<Volume> volumes, List<VolumeMount> mounts) {

  /** Readable for the pod's group (fsGroup), for nobody else. */
  private static final int GROUP_READS = 0440;

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
    return with(
        new VolumeBuilder()
            .withName(volume)
            .withNewSecret()
            .withSecretName(secret)
            .withDefaultMode(GROUP_READS)
            .endSecret()
            .build(),
        path,
        true);
  }

  /** One key of a Secret as a file of the same name, read-only. */
  public Mounts secretKey(String volume, String secret, String key, String path) {
    return with(
        new VolumeBuilder()
            .withName(volume)
            .withNewSecret()
            .withSecretName(secret)
            .withDefaultMode(GROUP_READS)
            .withItems(new KeyToPath(key, null, key))
            .endSecret()
            .build(),
        path,
        true);
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

  /** An empty directory of the node that goes with the pod. */
  public Mounts scratch(String volume, Quantity limit, String path) {
    return with(
        new VolumeBuilder()
            .withName(volume)
            .withNewEmptyDir()
            .withSizeLimit(limit)
            .endEmptyDir()
            .build(),
        path,
        false);
  }

  private Mounts with(Volume volume, String path, boolean readOnly) {
    List<Volume> allVolumes = new ArrayList<>(volumes);
    allVolumes.add(volume);
    List<VolumeMount> allMounts = new ArrayList<>(mounts);
    allMounts.add(
        new VolumeMountBuilder()
            .withName(volume.getName())
            .withMountPath(path)
            .withReadOnly(readOnly ? true : null)
            .build());
    return new Mounts(allVolumes, allMounts);
  }
}
