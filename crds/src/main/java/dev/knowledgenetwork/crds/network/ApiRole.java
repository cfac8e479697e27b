package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.crds.common.Unsaid;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** The role that serves REST. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ApiRole(
    @JsonPropertyDescription("Number of pods; absent: from the profile.") @Min(1) @Max(100)
        @Nullable Integer replicas,
    @JsonPropertyDescription("What each pod gets; absent: from the profile.")
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Unsaid.class)
        Resources resources,
    @JsonPropertyDescription("How the API is reached.") @Default("{}") ApiService service,
    @JsonPropertyDescription("Web sites that may call the API from a browser; absent: none.")
        @Nullable Cors cors) {

  public ApiRole {
    resources = requireNonNullElseGet(resources, Resources::none);
    service = requireNonNullElseGet(service, ApiService::inside);
  }

  /** All from the profile. */
  public static ApiRole fromProfile() {
    return new ApiRole(null, Resources.none(), ApiService.inside(), null);
  }
}
