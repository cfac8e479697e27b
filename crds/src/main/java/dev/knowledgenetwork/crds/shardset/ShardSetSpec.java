package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.DeletionPolicy;
import dev.knowledgenetwork.crds.common.Placement;
import dev.knowledgenetwork.crds.common.Resources;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

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
public record ShardSetSpec(
    @JsonPropertyDescription("Major version of PostgreSQL.") @Default("\"17\"")
        PostgresVersion postgresVersion,
    @JsonPropertyDescription("How data is divided.") @Default("{}") Sharding sharding,
    @JsonPropertyDescription("Instances of each shard: one primary, the rest replicas.")
        @Default("3")
        @Min(1)
        @Max(5)
        Integer instances,
    @JsonPropertyDescription("The volume of each instance.") @Default("{}") Storage storage,
    @JsonPropertyDescription(
            "What each PostgreSQL container gets; absent: 250m and 512Mi requested, "
                + "2 CPUs and 1Gi at most.")
        Resources resources,
    @JsonPropertyDescription(
            "Settings of PostgreSQL. Memory settings that are absent follow " + "the memory limit.")
        @Size(max = 100)
        Map<String, @Size(max = 256) String> parameters,
    @JsonPropertyDescription("Connection pools.") @Default("{}") Pool pool,
    @JsonPropertyDescription("On which nodes the instances run.") @Default("{}")
        Placement placement,
    @JsonPropertyDescription(
            "Retain keeps volumes and credentials when the ShardSet is "
                + "deleted; Delete removes them.")
        @Default("Retain")
        DeletionPolicy deletionPolicy) {

  public ShardSetSpec {
    postgresVersion = requireNonNullElse(postgresVersion, PostgresVersion.V17);
    sharding = requireNonNullElseGet(sharding, Sharding::defaults);
    instances = requireNonNullElse(instances, 3);
    storage = requireNonNullElseGet(storage, Storage::defaults);
    resources = requireNonNullElseGet(resources, Resources::none);
    parameters = Map.copyOf(requireNonNullElse(parameters, Map.of()));
    pool = requireNonNullElseGet(pool, Pool::defaults);
    placement = requireNonNullElseGet(placement, Placement::anywhere);
    deletionPolicy = requireNonNullElse(deletionPolicy, DeletionPolicy.RETAIN);
  }

  /** All defaults: one shard of three instances. */
  public static ShardSetSpec defaults() {
    return new ShardSetSpec(
        PostgresVersion.V17,
        Sharding.defaults(),
        3,
        Storage.defaults(),
        Resources.none(),
        Map.of(),
        Pool.defaults(),
        Placement.anywhere(),
        DeletionPolicy.RETAIN);
  }
}
