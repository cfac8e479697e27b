package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.common.Unsaid;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** A role of the application. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AppRole(
    @JsonPropertyDescription("Number of pods; absent: from the profile.") @Min(0) @Max(100)
        @Nullable Integer replicas,
    @JsonPropertyDescription("What each pod gets; absent: from the profile.")
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Resources resources) {

  public AppRole {
    resources = requireNonNullElseGet(resources, Resources::none);
  }

  /** All from the profile. */
  public static AppRole fromProfile() {
    return new AppRole(null, Resources.none());
  }
}
