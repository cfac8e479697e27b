package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** Connection pools of the application and of the pooler, for each shard. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self.min <= self.max",
    message = "pool.min must not be greater than pool.max")
public record Pool(
    @JsonPropertyDescription("The pooler in front of the shards.") @Default("{}") Pooler pooler,
    @JsonPropertyDescription("Connections that each application pod keeps open to a shard.")
        @Default("5")
        @Min(0)
        @Max(1000)
        Integer min,
    @JsonPropertyDescription("Most connections of each application pod to a shard.")
        @Default("20")
        @Min(1)
        @Max(1000)
        Integer max) {

  public Pool {
    pooler = requireNonNullElseGet(pooler, () -> Pooler.of(2));
    min = requireNonNullElse(min, 5);
    max = requireNonNullElse(max, 20);
  }

  /** Two poolers, 5 to 20 connections. */
  public static Pool defaults() {
    return new Pool(Pooler.of(2), 5, 20);
  }
}
