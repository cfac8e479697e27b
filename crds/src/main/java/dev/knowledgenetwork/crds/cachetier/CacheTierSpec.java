package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Durations;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** What a CacheTier is asked to be. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.dataClasses) || self.dataClasses.all(k, "
            + "k.matches('^[a-z][a-z0-9-]{0,62}$'))",
    message = "names in dataClasses begin with a letter and hold only a-z, 0-9 and -")
public record CacheTierSpec(
    @JsonPropertyDescription("The cache inside each application pod.") @Default("{}") L1 l1,
    @JsonPropertyDescription("The cache that all pods share.") @Default("{}") L2 l2,
    @JsonPropertyDescription(
            "How long an entry lives where its data class does not say, as in 300s.")
        @Default("300s")
        @Pattern(Durations.PATTERN)
        @Size(max = 16)
        String defaultTtl,
    @JsonPropertyDescription(
            "Name space of the keys: change it and the cache starts empty, " + "without a flush.")
        @Default("\"1\"")
        @Pattern("^[a-z0-9]([-a-z0-9.]{0,30}[a-z0-9])?$")
        @Size(max = 32)
        String version,
    @JsonPropertyDescription(
            "How each kind of data is cached, by name. The application uses " + "document.")
        @Size(max = 50)
        Map<String, DataClass> dataClasses,
    @JsonPropertyDescription("On which nodes the cache runs.") CachePlacement placement) {

  public CacheTierSpec {
    l1 = requireNonNullElseGet(l1, L1::defaults);
    l2 = requireNonNullElseGet(l2, L2::defaults);
    defaultTtl = requireNonNullElse(defaultTtl, "300s");
    version = requireNonNullElse(version, "1");
    dataClasses = Map.copyOf(requireNonNullElse(dataClasses, Map.of()));
    placement = requireNonNullElseGet(placement, CachePlacement::anywhere);
  }

  /** All defaults. */
  public static CacheTierSpec defaults() {
    return new CacheTierSpec(
        L1.defaults(), L2.defaults(), "300s", "1", Map.of(), CachePlacement.anywhere());
  }
}
