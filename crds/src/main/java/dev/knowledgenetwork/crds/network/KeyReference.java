package dev.knowledgenetwork.crds.network;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.knowledgenetwork.crds.common.PodOptions;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A key of a Secret or a ConfigMap of the same namespace. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record KeyReference(
    @JsonPropertyDescription("Name of the object.")
        @Required
        @Pattern(PodOptions.OBJECT_NAME)
        @Size(min = 1, max = 253)
        String name,
    @JsonPropertyDescription("Key in it.")
        @Required
        @Pattern("^[-._a-zA-Z0-9]+$")
        @Size(min = 1, max = 253)
        String key,
    @JsonPropertyDescription("Whether pods start without it.") @Default("false") Boolean optional) {

  public KeyReference {
    optional = requireNonNullElse(optional, false);
  }
}
