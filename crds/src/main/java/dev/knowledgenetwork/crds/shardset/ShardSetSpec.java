package dev.knowledgenetwork.crds.shardset;

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
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.common.Unsaid;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a ShardSet is asked to be. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.parameters) || self.parameters.all(k, "
            + "k.matches('^[a-z][a-z0-9_.]{0,62}$'))",
    message = "names in parameters begin with a letter and hold only a-z, 0-9, _ " + "and .")
@ValidationRule(
    value = ReservedParameters.PATRONI_RULE,
    messageExpression = ReservedParameters.PATRONI_MESSAGE)
@ValidationRule(
    value = ReservedParameters.OPERATOR_RULE,
    messageExpression = ReservedParameters.OPERATOR_MESSAGE)
@ValidationRule(value = PodOptions.KEYS_RULE, message = PodOptions.KEYS_MESSAGE)
@ValidationRule(value = PodOptions.RESERVED_RULE, message = PodOptions.RESERVED_MESSAGE)
public record ShardSetSpec(
    @JsonPropertyDescription("Major version of PostgreSQL.") @Default("\"17\"")
        PostgresVersion postgresVersion,
    @JsonPropertyDescription(
            "Image of PostgreSQL with Patroni, of that major version; absent: the operator's.")
        @Pattern(ImageName.PATTERN)
        @Size(max = ImageName.LENGTH)
        @Nullable String image,
    @JsonPropertyDescription("How data is divided.") @Default("{}") Sharding sharding,
    @JsonPropertyDescription(
            "Instances of each shard: one primary, the rest replicas. From three on a write is "
                + "answered when a replica has it too; with two the replica follows at once, and "
                + "what it has not received when the primary dies is lost.")
        @Default("3")
        @Min(1)
        @Max(5)
        Integer instances,
    @JsonPropertyDescription("The volume of each instance.") @Default("{}") Storage storage,
    @JsonPropertyDescription(
            "What each PostgreSQL container gets; absent: 250m and 512Mi requested, "
                + "2 CPUs and 1Gi at most.")
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Resources resources,
    @JsonPropertyDescription(
            "Settings of PostgreSQL. Memory settings that are absent follow " + "the memory limit.")
        @Size(max = 100)
        Map<String, @Size(max = 256) String> parameters,
    @JsonPropertyDescription("Connection pools.") @Default("{}") Pool pool,
    @JsonPropertyDescription("On which nodes the pods run.")
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Placement placement,
    @JsonPropertyDescription(Maintenance.DESCRIPTION)
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Maintenance maintenance,
    @JsonPropertyDescription(
            "Retain keeps volumes and credentials when the ShardSet is "
                + "deleted; Delete removes them.")
        @Default("Retain")
        DeletionPolicy deletionPolicy,
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

  public ShardSetSpec {
    postgresVersion = requireNonNullElse(postgresVersion, PostgresVersion.V17);
    sharding = requireNonNullElseGet(sharding, Sharding::defaults);
    instances = requireNonNullElse(instances, 3);
    storage = requireNonNullElseGet(storage, Storage::defaults);
    resources = requireNonNullElseGet(resources, Resources::none);
    parameters = Map.copyOf(requireNonNullElse(parameters, Map.of()));
    pool = requireNonNullElseGet(pool, Pool::defaults);
    placement = requireNonNullElseGet(placement, Placement::anywhere);
    maintenance = requireNonNullElseGet(maintenance, Maintenance::none);
    deletionPolicy = requireNonNullElse(deletionPolicy, DeletionPolicy.RETAIN);
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

  /** All defaults: one shard of three instances. */
  public static ShardSetSpec defaults() {
    return new ShardSetSpec(
        PostgresVersion.V17,
        null,
        Sharding.defaults(),
        3,
        Storage.defaults(),
        Resources.none(),
        Map.of(),
        Pool.defaults(),
        Placement.anywhere(),
        Maintenance.none(),
        DeletionPolicy.RETAIN,
        List.of(),
        null,
        Map.of(),
        Map.of(),
        Map.of());
  }
}
