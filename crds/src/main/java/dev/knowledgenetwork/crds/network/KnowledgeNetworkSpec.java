package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.ImageName;
import dev.knowledgenetwork.crds.common.LocalReference;
import dev.knowledgenetwork.crds.common.Maintenance;
import dev.knowledgenetwork.crds.common.Placement;
import dev.knowledgenetwork.crds.common.PodOptions;
import dev.knowledgenetwork.crds.common.Unsaid;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a KnowledgeNetwork is asked to be. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.profile) || self.profile == 'Development' || (has(self.security) &&"
            + " has(self.security.auth) && has(self.security.auth.mode) &&"
            + " self.security.auth.mode != 'Development')",
    message =
        "security.auth.mode Development is for profile Development only: its tokens are signed with"
            + " a key that lies in the namespace; set mode Oidc and oidc with your issuer")
@ValidationRule(value = PodOptions.KEYS_RULE, message = PodOptions.KEYS_MESSAGE)
@ValidationRule(value = PodOptions.RESERVED_RULE, message = PodOptions.RESERVED_MESSAGE)
public record KnowledgeNetworkSpec(
    @JsonPropertyDescription("Size of what the spec does not say.") @Default("Development")
        Profile profile,
    @JsonPropertyDescription("Image of the application; absent: the operator's.")
        @Pattern(ImageName.PATTERN)
        @Size(max = ImageName.LENGTH)
        @Nullable String image,
    @JsonPropertyDescription("The ShardSet to use; absent: one is made from the profile.")
        @Nullable LocalReference shardSet,
    @JsonPropertyDescription("The CacheTier to use; absent: one is made from the profile.")
        @Nullable LocalReference cacheTier,
    @JsonPropertyDescription("The role that serves REST.") ApiRole api,
    @JsonPropertyDescription("The role that serves collaboration.") AppRole realtime,
    @JsonPropertyDescription("The role that works in the background.") AppRole worker,
    @JsonPropertyDescription(
            "More variables of the environment of the application, in all roles and in migrations.")
        @Size(max = 64)
        List<EnvVariable> env,
    @JsonPropertyDescription("Who may do what.") @Default("{}") Security security,
    @JsonPropertyDescription("How the platform is watched.") @Default("{}")
        Observability observability,
    @JsonPropertyDescription("Handed to the ShardSet that is made from the profile.")
        @Default("Retain")
        DeletionPolicy deletionPolicy,
    @JsonPropertyDescription(
            "On which nodes the pods run, also those of a ShardSet and a CacheTier that are made"
                + " from the profile.")
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Placement placement,
    @JsonPropertyDescription(Maintenance.DESCRIPTION)
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Maintenance maintenance,
    @JsonPropertyDescription(PodOptions.PULL_SECRETS) @Size(max = 16)
        List<LocalReference> imagePullSecrets,
    @JsonPropertyDescription(PodOptions.PRIORITY)
        @Pattern(PodOptions.OBJECT_NAME)
        @Size(min = 1, max = 253)
        @Nullable String priorityClassName,
    @JsonPropertyDescription(PodOptions.LABELS) @Size(max = 32)
        Map<String, @Pattern(PodOptions.LABEL_VALUE) @Size(max = 63) String> podLabels,
    @JsonPropertyDescription(PodOptions.ANNOTATIONS) @Size(max = 32)
        Map<String, @Size(max = 4096) String> podAnnotations,
    @JsonPropertyDescription(PodOptions.ACCOUNTS) @Size(max = 32)
        Map<String, @Size(max = 4096) String> serviceAccountAnnotations) {

  public KnowledgeNetworkSpec {
    profile = requireNonNullElse(profile, Profile.DEVELOPMENT);
    api = requireNonNullElseGet(api, ApiRole::fromProfile);
    realtime = requireNonNullElseGet(realtime, AppRole::fromProfile);
    worker = requireNonNullElseGet(worker, AppRole::fromProfile);
    env = List.copyOf(requireNonNullElse(env, List.of()));
    security = requireNonNullElseGet(security, () -> new Security(Auth.development()));
    observability = requireNonNullElseGet(observability, () -> new Observability(false));
    deletionPolicy = requireNonNullElse(deletionPolicy, DeletionPolicy.RETAIN);
    placement = requireNonNullElseGet(placement, Placement::anywhere);
    maintenance = requireNonNullElseGet(maintenance, Maintenance::none);
    imagePullSecrets = List.copyOf(requireNonNullElse(imagePullSecrets, List.of()));
    podLabels = Map.copyOf(requireNonNullElse(podLabels, Map.of()));
    podAnnotations = Map.copyOf(requireNonNullElse(podAnnotations, Map.of()));
    serviceAccountAnnotations = Map.copyOf(requireNonNullElse(serviceAccountAnnotations, Map.of()));
  }

  /** What all pods and service accounts carry besides what the operator gives them. */
  public PodOptions pods() {
    return new PodOptions(
        imagePullSecrets, priorityClassName, podLabels, podAnnotations, serviceAccountAnnotations);
  }

  /** All defaults: profile Development. */
  public static KnowledgeNetworkSpec defaults() {
    return new KnowledgeNetworkSpec(
        Profile.DEVELOPMENT,
        null,
        null,
        null,
        ApiRole.fromProfile(),
        AppRole.fromProfile(),
        AppRole.fromProfile(),
        List.of(),
        new Security(Auth.development()),
        new Observability(false),
        DeletionPolicy.RETAIN,
        Placement.anywhere(),
        Maintenance.none(),
        List.of(),
        null,
        Map.of(),
        Map.of(),
        Map.of());
  }
}
