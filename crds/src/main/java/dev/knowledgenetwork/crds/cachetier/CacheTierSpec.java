package dev.knowledgenetwork.crds.cachetier;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Durations;
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

/** What a CacheTier is asked to be. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.dataClasses) || self.dataClasses.all(k, "
            + "k.matches('^[a-z][a-z0-9-]{0,62}$'))",
    message = "names in dataClasses begin with a letter and hold only a-z, 0-9 and -")
@ValidationRule(value = PodOptions.KEYS_RULE, message = PodOptions.KEYS_MESSAGE)
@ValidationRule(value = PodOptions.RESERVED_RULE, message = PodOptions.RESERVED_MESSAGE)
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
    @JsonPropertyDescription("On which nodes the pods run.")
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

  public CacheTierSpec {
    l1 = requireNonNullElseGet(l1, L1::defaults);
    l2 = requireNonNullElseGet(l2, L2::defaults);
    defaultTtl = requireNonNullElse(defaultTtl, "300s");
    version = requireNonNullElse(version, "1");
    dataClasses = Map.copyOf(requireNonNullElse(dataClasses, Map.of()));
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

  /** All defaults. */
  public static CacheTierSpec defaults() {
    return new CacheTierSpec(
        L1.defaults(),
        L2.defaults(),
        "300s",
        "1",
        Map.of(),
        Placement.anywhere(),
        Maintenance.none(),
        List.of(),
        null,
        Map.of(),
        Map.of(),
        Map.of());
  }
}
