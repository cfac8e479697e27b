package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Durations;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one kind of data is cached. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataClass(
    @JsonPropertyDescription("How long an entry lives, as in 300s; absent: defaultTtl.")
        @Pattern(Durations.PATTERN)
        @Size(max = 16)
        @Nullable String ttl,
    @JsonPropertyDescription("Levels that hold it.")
        @Default("[\"L1\",\"L2\"]")
        @Size(min = 1, max = 2)
        Set<CacheLevel> tiers) {

  public DataClass {
    tiers = Set.copyOf(requireNonNullElse(tiers, Set.of(CacheLevel.L1, CacheLevel.L2)));
  }
}
