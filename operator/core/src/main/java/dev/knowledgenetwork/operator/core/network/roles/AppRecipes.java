package dev.knowledgenetwork.operator.core.network.roles;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.crds.network.KnowledgeNetworkSpec;
import dev.knowledgenetwork.operator.core.naming.Annotations;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the pods of the roles start from. All roles read the same settings, so they change together:
 * the inputs of one are those of all.
 */
public record AppRecipes(NetworkObjects objects, Sizes sizes) {

  /** Of all roles, on a release. */
  public Map<Role, Recipe> of(Release release) {
    SortedMap<String, String> settings = AppSettings.of(objects.network(), release);
    String inputs = inputs();
    Map<Role, Recipe> recipes = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      recipes.put(
          role,
          new Recipe(template(role, release, settings), settings, inputs)
              .withSecrets(secretsHash(release)));
    }
    return recipes;
  }

  /** What a role has: what the spec asks for, and the profile's size where it asks for nothing. */
  public Sizes.Size size(Role role) {
    KnowledgeNetworkSpec spec = objects.network().getSpec();
    Sizes.Size profile = sizes.of(role);
    return switch (role) {
      case API -> profile.with(spec.api().replicas(), spec.api().resources());
      case REALTIME -> profile.with(spec.realtime().replicas(), spec.realtime().resources());
      case WORKER -> profile.with(spec.worker().replicas(), spec.worker().resources());
    };
  }

  /** What the spec says of the pods; the sizes of a profile's revision never change. */
  private String inputs() {
    KnowledgeNetworkSpec spec = objects.network().getSpec();
    Map<String, Object> inputs = new HashMap<>(objects.pods().inputs());
    inputs.put("image", requireNonNullElse(spec.image(), ""));
    inputs.put("env", spec.env());
    inputs.put("auth", spec.security().auth());
    inputs.put("cors", requireNonNullElse(spec.api().cors(), ""));
    for (Role role : Role.values()) {
      inputs.put(role.text(), size(role).resources());
    }
    return Recipe.inputs(inputs);
  }

  private PodTemplateSpec template(Role role, Release release, SortedMap<String, String> settings) {
    return new PodTemplateSpecBuilder()
        .withMetadata(
            objects
                .pods()
                .metadata(
                    objects.podLabels(role.text(), release),
                    Map.of(Annotations.CONFIG_HASH, configurationHash(release, settings))))
        .withSpec(AppPod.serving(objects, role, release, size(role).resources(), settings.keySet()))
        .build();
  }

  /**
   * Pods read their logins anew for each connection, from files that the kubelet may bring up to
   * date only a minute after the databases: with a new pod they are there at once.
   */
  private static Optional<String> secretsHash(Release release) {
    List<String> hashes =
        Stream.of(release.database().secretHash(), release.cache().secretHash())
            .filter(Objects::nonNull)
            .toList();
    return Optional.of(hashes).filter(known -> !known.isEmpty()).map(Hash::ofValue);
  }

  /** Of all that a pod reads once, when it starts. */
  private static String configurationHash(Release release, SortedMap<String, String> settings) {
    SortedMap<String, String> read = new TreeMap<>(settings);
    if (release.cache().policyHash() != null) {
      read.put("cache.json", release.cache().policyHash());
    }
    return Hash.ofValue(read);
  }
}
