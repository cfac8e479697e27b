package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;

/** How data is divided. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self.strategy == oldSelf.strategy",
    message = "sharding.strategy is immutable: create a new ShardSet and move " + "the data there")
@ValidationRule(
    value = "self.key == oldSelf.key",
    message =
        "sharding.key is immutable: every row is placed by it; create a "
            + "new ShardSet and move the data there")
@ValidationRule(
    value = "self.buckets == oldSelf.buckets",
    message =
        "sharding.buckets is immutable: every row carries its bucket; "
            + "create a new ShardSet and move the data there")
@ValidationRule(
    value = "self.virtualNodes == oldSelf.virtualNodes",
    message =
        "sharding.virtualNodes is immutable: it decides which shard owns a "
            + "bucket; create a new ShardSet and move the data there")
@ValidationRule(
    value = "self.shards == oldSelf.shards",
    message =
        "changing the number of shards needs resharding, which this "
            + "version does not have: create a new ShardSet and move the data "
            + "there")
@ValidationRule(
    value = "self.shards <= self.buckets",
    message = "sharding.shards must not be greater than sharding.buckets")
public record Sharding(
    @JsonPropertyDescription("How rows are spread over shards. Immutable.") @Default("Hash")
        ShardingStrategy strategy,
    @JsonPropertyDescription("Column whose value decides on the shard. Immutable.")
        @Default("tenant_id")
        @Pattern("^[a-z_][a-z0-9_]{0,62}$")
        @Size(max = 63)
        String key,
    @JsonPropertyDescription("Number of buckets; buckets, not rows, belong to shards. Immutable.")
        @Default("4096")
        @Min(16)
        @Max(65536)
        Integer buckets,
    @JsonPropertyDescription(
            "Points of each shard on the hash ring; more of them spread "
                + "buckets more evenly. Immutable.")
        @Default("150")
        @Min(1)
        @Max(1000)
        Integer virtualNodes,
    @JsonPropertyDescription("Number of shards. This version cannot change it.")
        @Default("1")
        @Min(1)
        @Max(64)
        @SpecReplicas
        Integer shards) {

  public Sharding {
    strategy = requireNonNullElse(strategy, ShardingStrategy.HASH);
    key = requireNonNullElse(key, "tenant_id");
    buckets = requireNonNullElse(buckets, 4096);
    virtualNodes = requireNonNullElse(virtualNodes, 150);
    shards = requireNonNullElse(shards, 1);
  }

  /** One shard, hashed by {@code tenant_id}. */
  public static Sharding defaults() {
    return new Sharding(ShardingStrategy.HASH, "tenant_id", 4096, 150, 1);
  }
}
