package dev.knowledgenetwork.crds.shardset;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** The PgBouncer deployment in front of all shards. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Pooler(
    @JsonPropertyDescription("Number of pooler pods.") @Default("2") @Min(1) @Max(10)
        Integer instances) {

  public Pooler {
    instances = requireNonNullElse(instances, 2);
  }
}
