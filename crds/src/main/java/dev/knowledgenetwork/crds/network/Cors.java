package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.Durations;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Which web sites may call the API from a browser. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Cors(
    @JsonPropertyDescription("Web sites, as https://app.example.org; * for all.")
        @Required
        @Size(min = 1, max = 32)
        List<@Pattern(Cors.ORIGIN) @Size(max = 280) String> origins,
    @JsonPropertyDescription("How long a browser may remember the answer, as in 1h.")
        @Default("1h")
        @Pattern(Durations.PATTERN)
        @Size(max = 16)
        String maxAge) {

  /** Scheme, host and port, nothing more; or all. */
  public static final String ORIGIN =
      "^([*]|https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?)$";

  public Cors {
    origins = List.copyOf(requireNonNullElse(origins, List.of()));
    maxAge = requireNonNullElse(maxAge, "1h");
  }
}
