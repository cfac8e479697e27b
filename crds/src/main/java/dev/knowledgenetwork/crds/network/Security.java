package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** Who may do what. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Security(
    @JsonPropertyDescription("Whose tokens the API accepts.") @Default("{}") Auth auth) {

  public Security {
    auth = requireNonNullElseGet(auth, Auth::development);
  }
}
