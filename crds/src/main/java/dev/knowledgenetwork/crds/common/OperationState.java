package dev.knowledgenetwork.crds.common;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;

/**
 * How far a long or disruptive piece of work is. At most one entry for a type and a target; one
 * that was asked for by annotation stays, with its result, until the annotation goes or changes.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record OperationState(
    @JsonPropertyDescription("What is done, as in Restart.") @Required @Size(min = 1, max = 63)
        String type,
    @JsonPropertyDescription("The part that it is done to, as in s0.") @Required @Size(max = 63)
        String target,
    @JsonPropertyDescription("The request that asked for it; absent where the spec did.")
        @Size(max = 253)
        String id,
    @JsonPropertyDescription("Whether it waits, runs or is over.") @Required OperationPhase phase,
    @JsonPropertyDescription("Where it is.") @Required @Size(min = 1, max = 63) String step,
    @JsonPropertyDescription("When this step began (RFC 3339).") @Required @Size(max = 40)
        String since,
    @JsonPropertyDescription("What goes on, for a person, and what to do next.") @Size(max = 1024)
        String message,
    @JsonPropertyDescription("What the operator remembers of it.") @Size(max = 16)
        Map<String, @Size(max = 1024) String> data) {

  public OperationState {
    id = requireNonNullElse(id, "");
    message = requireNonNullElse(message, "");
    data = Map.copyOf(requireNonNullElse(data, Map.of()));
  }
}
