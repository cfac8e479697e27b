package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Resources;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** The role that serves REST. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ApiRole(
    @JsonPropertyDescription("Number of pods; absent: from the profile.") @Min(1) @Max(100)
        @Nullable Integer replicas,
    @JsonPropertyDescription("What each pod gets; absent: from the profile.") Resources resources) {

  public ApiRole {
    resources = requireNonNullElseGet(resources, Resources::none);
  }

  /** All from the profile. */
  public static ApiRole fromProfile() {
    return new ApiRole(null, Resources.none());
  }
}
